"""`qr load`: the codes the office already has."""

from pathlib import Path

import click

from cli.groups import Command
from cli.parts import open_parts
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.codes.loading import compare_codes, load_codes, read_codes
from core.db.reading import reading
from core.places.service import load_gazetteer
from core.sheets import open_sheet

SHOWN_CHANGES = 20


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="只看会改什么，不写入。")
def load(file: Path, preview: bool) -> None:
    """
    导入已有的二维码：场景值、ticket、地址（扫出来的网址），csv 或 xlsx。

    全部正确才写入；再导入一次就是更新，改了什么会说明。

    \b
    例：python -m cli qr load 二维码.xlsx --preview
        python -m cli qr load 二维码.xlsx
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            gazetteer = load_gazetteer(connection)
            given = read_codes(open_sheet(file), gazetteer)
            report = compare_codes(connection, given, gazetteer, file.name)
        if not preview:
            with parts.transaction() as session:
                report = load_codes(session, given, gazetteer, file.name, None, parts.clock())
                record(session, Act.LIST_LOADED, typed_by(), about("list", "codes"), {"结果": str(report)})
    for each in report.changed[:SHOWN_CHANGES]:
        click.echo(f"{each.scene}：{each.url_before} → {each.url_now}")
    if len(report.changed) > SHOWN_CHANGES:
        click.echo(f"还有{len(report.changed) - SHOWN_CHANGES}个改动。")
    click.echo(f"{'会这样导入' if preview else '二维码导入好了'}。{report}。")
