"""`privacy`: how long personal data is kept, and deleting what was kept long enough."""

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from cli.who import typed_by
from core.clock import in_words
from core.db.reading import reading
from core.upkeep.retention import read_days
from core.upkeep.sweeping import RULES, count_due, last_sweeps
from core.upkeep.sweeping import sweep as sweep_all


@click.group(cls=Group)
def privacy() -> None:
    """
    个人信息：每种留多久，清理到期的。

    例：python -m cli privacy show
    """


@privacy.command()
def show() -> None:
    """
    每种个人信息留多少天、到期怎么办、上次什么时候清理的，一行一种。

    例：python -m cli privacy show
    """
    with open_parts() as parts, reading(parts.engine) as connection:
        days, last = read_days(parts.settings.var), last_sweeps(connection)
        for rule in RULES:
            kept = (
                f"从{rule.since}起留{days[rule.kind]}天，然后{rule.then}" if days[rule.kind] else "一直保留"
            )
            row = last.get(rule.kind)
            swept = (
                f"{in_words(row.last_at, parts.clock())}清理了{row.last_count}个" if row else "还没有清理过"
            )
            click.echo(f"{rule.title}：{kept}。{swept}")


@privacy.command()
@click.option("--dry-run", is_flag=True, help="只数一数会清掉多少，什么都不删。")
def sweep(dry_run: bool) -> None:
    """
    现在就清理到期的（平时每天夜里自动清）。清掉的找不回来，先用 --dry-run 看看。

    例：python -m cli privacy sweep --dry-run
    """
    with open_parts() as parts:
        days, now = read_days(parts.settings.var), parts.clock()
        with reading(parts.engine) as connection:
            due = count_due(connection, days, now)
        if dry_run:
            found = due
        else:
            with counting("清理", sum(due.values()), "个") as step:
                found = sweep_all(parts.engine, days, now, typed_by(), step)
    for rule in RULES:
        if found[rule.kind]:
            click.echo(f"{rule.title}：{'会清掉' if dry_run else '清掉了'}{found[rule.kind]}个")
    if not any(found.values()):
        click.echo("没有到期的。")
