"""`liaisons`: who speaks for a county or unit, and the codes their phones are bound with."""

from datetime import datetime
from pathlib import Path

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import progress
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import in_words, local_day
from core.liaisons.binding import let_go, make_code
from core.liaisons.binding import revoke as revoke_binding
from core.liaisons.codes import in_groups
from core.liaisons.kinds import KIND_TITLES, Kind
from core.liaisons.lists import read_and_load
from core.liaisons.service import Facts, Known, add_liaison, list_liaisons
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(cls=Group)
def liaisons() -> None:
    """
    联络员：新建、导入、列出、绑定微信、解除绑定。

    例：python -m cli liaisons load 联络员.xlsx
    """


@liaisons.command()
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """
    导入联络员：单位（代码或名称）、姓名、手机号，身份和代班日期可以不写；csv 或 xlsx。

    同一单位同一姓名的更新，不在名单上的不动。全部正确才写入。

    例：python -m cli liaisons load 联络员.xlsx
    """
    with open_parts() as parts, parts.transaction() as session:
        reports = [
            read_and_load(session, parts.keys, file, parts.clock())
            for file in progress(files, "读文件", "份")
        ]
        for report in reports:
            record(session, Act.LIST_LOADED, typed_by(), about("list", "liaisons"), {"结果": str(report)})
    for report in reports:
        click.echo(f"联络员导入好了。{report}。")


@liaisons.command()
@click.argument("name", metavar="姓名")
@click.option(
    "--of", "subject", metavar="代码", required=True, help="县（区）或单位的代码，如 451228、U017。"
)
@click.option("--phone", metavar="电话", required=True, help="手机号，或带区号的座机。")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    default=Kind.LIAISON.value,
    help=f"{'，'.join(f'{kind.value} {title}' for kind, title in KIND_TITLES.items())}。默认 liaison。",
)
@click.option("--from", "from_day", metavar="日期", type=DAY, help="代班的第一天，如 2026-12-01。")
@click.option("--until", "until_day", metavar="日期", type=DAY, help="代班的最后一天。")
def add(
    name: str, subject: str, phone: str, kind: str, from_day: datetime | None, until_day: datetime | None
) -> None:
    """
    新建一位联络员。姓名和电话加密保存。

    例：python -m cli liaisons add 韦小明 --of U017 --phone 13977812345
    """
    with open_parts() as parts, parts.transaction() as session:
        facts = Facts(
            subject_code=subject,
            kind=Kind(kind),
            name=name,
            phone=phone,
            from_day=from_day.date() if from_day else None,
            until_day=until_day.date() if until_day else None,
        )
        number = add_liaison(session, parts.keys, facts, parts.clock()).id
        record(session, Act.LIAISON_ADDED, typed_by(), about("liaison", number), {"单位": subject})
    click.echo(f"建好了，编号{number}。要绑定微信，请运行：liaisons bind {number}")


@liaisons.command(name="list")
@click.option("--of", "subject", metavar="代码", default="", help="只列这个县（区）或单位的。")
def list_(subject: str) -> None:
    """
    列出联络员，一行一个：编号、单位、身份、姓名、电话、绑定。姓名和电话遮住一部分。

    例：python -m cli liaisons list --of U017
    """
    with open_parts() as parts, parts.transaction() as session:
        now = parts.clock()
        gazetteer = load_gazetteer(session.connection())
        found = list_liaisons(session.connection(), parts.keys, EVERYTHING, subject)
    for each in found:
        node = gazetteer.unit(each.subject_code) or gazetteer.place(each.subject_code)
        whose = node.short_name if node else each.subject_code
        told = (str(each.id), whose, _kind(each), each.masked_name, each.masked_phone, _bound(each, now))
        click.echo("　".join(told))
    if not found:
        click.echo("还没有联络员。请用 liaisons load 导入，或用 liaisons add 新建。")


@liaisons.command()
@click.argument("number", metavar="编号", type=click.IntRange(min=1))
def bind(number: int) -> None:
    """
    新做一个绑定码，八个字，七天内用一次。原来没用的作废。二维码在网页上打印。

    例：python -m cli liaisons bind 12
    """
    with open_parts() as parts:
        now = parts.clock()
        with parts.transaction() as session:
            made = make_code(session, parts.keys, number, now)
            record(session, Act.LIAISON_CODE_MADE, typed_by(), about("liaison", number))
    click.echo(f"绑定码：{in_groups(made.code)}")
    click.echo(f"请本人关注公众号，把这八个字发过来；{in_words(made.expires_at, now)}前有效。")


@liaisons.command()
@click.argument("number", metavar="编号", type=click.IntRange(min=1))
@click.option("--left", is_flag=True, help="这个人不再是联络员，账号也停用。")
def revoke(number: int, left: bool) -> None:
    """
    解除绑定：原来的微信不能再办，没用的绑定码作废。办过的事都留着。

    例：python -m cli liaisons revoke 12
    """
    with open_parts() as parts, parts.transaction() as session:
        (let_go if left else revoke_binding)(session, number, parts.clock())
        act = Act.LIAISON_LEFT if left else Act.LIAISON_REVOKED
        record(session, act, typed_by(), about("liaison", number))
    click.echo(f"编号{number}已经{'离任' if left else '解除绑定'}。")


def _kind(each: Known) -> str:
    title = KIND_TITLES[each.kind]
    return f"{title}（{each.from_day}到{each.until_day}）" if each.from_day else title


def _bound(each: Known, now: datetime) -> str:
    if each.bound_at is None:
        waits = each.code_expires_at is not None and each.code_expires_at > now
        return "绑定码还没用" if waits else "没有绑定"
    return f"{local_day(each.bound_at)}绑定" + ("" if each.is_reachable else "，已取消关注")
