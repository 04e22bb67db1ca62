"""`round`: making, opening, closing and listing rounds."""

from datetime import datetime

import click

from cli.groups import Group
from cli.moments import MOMENT
from cli.parts import open_parts
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local
from core.rounds import service
from core.rounds.models import Round
from core.rounds.service import AUDIENCES


@click.group(name="round", cls=Group)
def round_() -> None:
    """
    建立、开放、关闭调查。

    例：python -m cli round list
    """


@round_.command()
@click.argument("name", metavar="名称")
@click.option(
    "--questionnaire",
    "questionnaires",
    metavar="问卷",
    multiple=True,
    required=True,
    help="问卷的 id，可以给几份。",
)
@click.option("--opens", type=MOMENT, help="开始时间；不写就用问卷里的。")
@click.option("--closes", type=MOMENT, help="结束时间；不写就用问卷里的。")
def create(
    name: str, questionnaires: tuple[str, ...], opens: datetime | None, closes: datetime | None
) -> None:
    """
    建立一次调查（草稿）。时间都是北京时间。

    \b
    例：python -m cli round create 2026年度 --questionnaire residents-2021 \\
            --opens 2026-12-01 --closes "2026-12-31 18:00"
    """
    with open_parts() as parts, parts.transaction() as session:
        made = service.create_round(session, name, questionnaires, opens, closes, parts.clock(), parts.keys)
        record(session, Act.ROUND_CREATED, typed_by(), about("round", made.id), {"名称": name})
        click.echo(f"建好了：{_line(made, parts.clock())}。开放请运行：round open {name}")


@round_.command(name="open")
@click.argument("name", metavar="名称")
def open_(name: str) -> None:
    """
    开放一次调查：问卷从此不能再改；到了开始时间就能回答，之前告诉人们哪天开始。

    例：python -m cli round open 2026年度
    """
    with open_parts() as parts, parts.transaction() as session:
        opened = service.open_round(session, name, parts.clock(), parts.settings.office)
        record(session, Act.ROUND_OPENED, typed_by(), about("round", opened.id), {"名称": name})
        click.echo(f"开放了：{_line(opened, parts.clock())}。")


@round_.command()
@click.argument("name", metavar="名称")
def close(name: str) -> None:
    """
    立刻关闭一次调查，关闭后不能再开放。

    例：python -m cli round close 2026年度
    """
    with open_parts() as parts, parts.transaction() as session:
        closed = service.close_round(session, name, parts.clock())
        record(session, Act.ROUND_CLOSED, typed_by(), about("round", closed.id), {"名称": name})
        click.echo(f"关闭了：{_line(closed, parts.clock())}。")


@round_.command(name="list")
def list_() -> None:
    """
    列出所有调查，一行一次。

    例：python -m cli round list
    """
    with open_parts() as parts, parts.transaction() as session:
        rounds = service.list_rounds(session)
        for each in rounds:
            click.echo(_line(each, parts.clock()))
    if not rounds:
        click.echo("还没有调查。建立请用 round create。")


def _line(found: Round, now: datetime) -> str:
    questionnaires = "，".join(
        f"{AUDIENCES[entry.who]} {entry.questionnaire_id} 第{entry.questionnaire_version}版"
        for entry in found.questionnaires
    )
    times = f"{local(found.opens_at):%Y-%m-%d %H:%M} 至 {local(found.closes_at):%Y-%m-%d %H:%M}"
    return f"{found.name}　{_state(found, now)}　{times}　{questionnaires}"


def _state(found: Round, now: datetime) -> str:
    if found.state != "open":
        return {"draft": "草稿", "closed": "已关闭"}[found.state]
    if now < found.opens_at:
        return "已公布，未开始"
    return "进行中" if now < found.closes_at else "时间已到"
