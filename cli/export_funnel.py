"""`export funnel`: every figure on the way from a code to the end of a questionnaire."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.groups import Command
from cli.parts import open_parts
from core.clock import in_words
from core.db.reading import reading
from core.funnel.export import BY, export_funnel
from core.funnel.names import Names
from core.funnel.reading import Funnel
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from core.questionnaires.service import get_questionnaire
from core.rounds.service import find_round
from core.sheets.writing import FORMATS


@click.command(cls=Command)
@click.option("--round", "round_name", metavar="名称", required=True, help="哪次调查。")
@click.option(
    "--by", "chosen", type=click.Choice(BY), multiple=True, help="只要这几种行，可以写几次；不写就全要。"
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="格式。",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", required=True, help="存到哪里。"
)
def funnel(round_name: str, chosen: tuple[str, ...], file_format: str, out: Path) -> None:
    """
    导出一次调查的传播漏斗：扫码、新关注、开始、完成、退出、取消关注，人次和人数分开。

    一行是一个县区、单位、乡镇、码、载体，或者一天、一个钟点、一道题（by 列）。

    \b
    例：python -m cli export funnel --round 2026年度 --format csv --out 漏斗.csv
        python -m cli export funnel --round 2026年度 --by code --format xlsx --out 各码.xlsx
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            with Session(connection) as session:
                found = find_round(session, round_name)
                asked = [
                    get_questionnaire(session, each.questionnaire_id, each.questionnaire_version)
                    for each in found.questionnaires
                ]
                counted = Funnel(connection, found.id, EVERYTHING)
            names = Names(load_gazetteer(connection), asked)
            count = export_funnel(counted, names, out, file_format, chosen or BY)
            as_of = counted.as_of
        click.echo(f"导出了{count}行：{out}")
        if as_of is not None:
            click.echo(f"后台任务没有运行，数字只到{in_words(as_of, parts.clock())}。", err=True)
