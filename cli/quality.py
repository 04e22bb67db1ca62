"""`quality`: looking for answers no person gave, and what was set aside."""

from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from core.db.reading import reading
from core.people.reach import EVERYTHING
from core.quality.service import Swept, count_set_aside, recheck, sweep
from core.quality.thresholds import SHIPPED, TITLES, read_thresholds
from core.reports.progress import in_all
from core.reports.scope import Scope
from core.responses.models import Response
from core.rounds.service import find_round

THRESHOLDS = click.option(
    "--thresholds",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=SHIPPED,
    metavar="文件",
    help="质量规则的分值和界限；不写就用自带的一套。",
)
ROUND = click.option("--round", "round_name", metavar="名称", required=True, help="哪次调查。")


@click.group(cls=Group)
def quality() -> None:
    """
    答卷质量：找出不像本人答的，搁置起来。不删，随时可以恢复。

    例：python -m cli quality report --round 2026年度
    """


@quality.command()
@THRESHOLDS
def run(thresholds: Path) -> None:
    """
    看一遍还没有看过的答卷。后台任务每十分钟自己会做。

    例：python -m cli quality run
    """
    rules = read_thresholds(thresholds)
    with open_parts() as parts:
        click.echo(_in_words(sweep(parts.engine, rules, parts.clock())))


@quality.command(name="recheck")
@ROUND
@THRESHOLDS
def recheck_(round_name: str, thresholds: Path) -> None:
    """
    用现在的规则把一次调查重看一遍。人作过的决定不变。

    例：python -m cli quality recheck --round 2026年度 --thresholds 规则.yaml
    """
    rules = read_thresholds(thresholds)
    with open_parts() as parts:
        with reading(parts.engine) as connection, Session(connection) as session:
            round_id = find_round(session, round_name).id
            total = session.scalar(
                select(func.count())
                .select_from(Response)
                .where(Response.round_id == round_id, Response.status == "complete")
            )
        with counting("重看", total or 0, "份") as step:
            swept = recheck(parts.engine, rules, round_id, parts.clock(), step)
    click.echo(f"{_in_words(swept)}规则：{rules.hash}。")


@quality.command()
@ROUND
def report(round_name: str) -> None:
    """
    一次调查搁置了多少，因为什么。

    例：python -m cli quality report --round 2026年度
    """
    with open_parts() as parts, reading(parts.engine) as connection:
        with Session(connection) as session:
            round_id = find_round(session, round_name).id
        found = count_set_aside(connection, round_id)
        everything = Scope(round_id=round_id, reach=EVERYTHING, with_set_aside=True)
        complete = in_all(connection, everything).complete
    click.echo(f"完整交上{complete}份，其中搁置{found.count}份。")
    for name, count in found.by_rule.items():
        click.echo(f"  {TITLES[name]}：{count}份")


def _in_words(swept: Swept) -> str:
    return f"看了{swept.responses}份，搁置{swept.set_aside}份，恢复{swept.taken_back}份。"
