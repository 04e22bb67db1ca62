"""`qr retire`, `qr restore`: taking codes out of use, and back."""

import click

from cli.groups import Command
from cli.parts import open_parts
from cli.qr import COUNTY, KIND, MATERIAL, code_filter
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.codes.listing import CodeFilter, list_codes
from core.codes.planning import MAX_PERMANENT_CODES
from core.codes.retiring import restore_codes, retire_codes
from core.db.reading import reading
from core.errors import NotFound
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer

SCENE = click.option("--scene", metavar="场景值", help="只要这一个，如 p_451203100_bus。")


@click.command(cls=Command)
@COUNTY
@KIND
@MATERIAL
@SCENE
def retire(county: str | None, levels: tuple[str, ...], material: str | None, scene: str | None) -> None:
    """
    停用一部分二维码：扫的人会看到这个码不用了、怎么接着评价；不再印。可以用 restore 恢复。

    \b
    例：python -m cli qr retire --scene p_451203100_bus
        python -m cli qr retire --material led
    """
    _change("created", county, levels, material, scene)


@click.command(cls=Command)
@COUNTY
@KIND
@MATERIAL
@SCENE
def restore(county: str | None, levels: tuple[str, ...], material: str | None, scene: str | None) -> None:
    """
    恢复停用的二维码。

    例：python -m cli qr restore --material led
    """
    _change("retired", county, levels, material, scene)


def _change(
    state: str, county: str | None, levels: tuple[str, ...], material: str | None, scene: str | None
) -> None:
    if not (county or levels or material or scene):
        raise click.UsageError("请说明是哪些：--county、--kind、--material 或 --scene 至少写一个。")
    is_retiring = state == "created"
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            gazetteer = load_gazetteer(connection)
            found = code_filter(gazetteer, county, levels, material, state)
            wanted = CodeFilter(found.county_code, found.levels, found.material, state, scene or "")
            lines = list_codes(connection, wanted, EVERYTHING, gazetteer, limit=MAX_PERMANENT_CODES)
        if not lines:
            raise NotFound(f"没有这样的{'在用' if is_retiring else '停用'}二维码。")
        ids = [line.id for line in lines]
        with parts.transaction() as session:
            if is_retiring:
                count = retire_codes(session, ids, None, parts.clock())
            else:
                count = restore_codes(session, ids, None)
            act = Act.CODES_RETIRED if is_retiring else Act.CODES_RESTORED
            record(session, act, typed_by(), about("code", scene or "一批"), {"个数": count})
    click.echo(f"{'停用' if is_retiring else '恢复'}了{count}个二维码。")
