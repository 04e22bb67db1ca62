"""`results`: the figures, proved from the raw answers."""

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from core.db.reading import reading
from core.errors import Refused
from core.reports.tallying import Difference, advance, count_tallied, recount

SHOWN = 20
TABLE_WORDS = {"tally": "各题的回答", "ended_tally": "答卷份数", "day_tally": "逐日的数"}


class TalliesWrong(Refused):
    """A recount found cells that were wrong."""


@click.group(cls=Group)
def results() -> None:
    """
    结果：核对累计的数，重算印出来的表。

    例：python -m cli results recount
    """


@results.command("recount")
@click.option("--check-only", is_flag=True, help="只核对，不改。")
def recount_(check_only: bool) -> None:
    """
    从原始回答重数一遍，同平时累计的数逐格核对；不一样的列出来并改正（每天夜里也自动做）。

    有不一样的，退出码是1。

    \b
    例：python -m cli results recount
        python -m cli results recount --check-only
    """
    with open_parts() as parts:
        advance(parts.engine, parts.clock())
        with reading(parts.engine) as connection:
            total = count_tallied(connection)
        with counting("重数", total, "份") as step:
            found = recount(parts.engine, repair=not check_only, progress=step)
    if not found:
        click.echo(f"核对过了：累计的数和{total}份原始答卷一致。")
        return
    for each in found[:SHOWN]:
        click.echo(_words(each))
    more = f"（只列前{SHOWN}格）" if len(found) > SHOWN else ""
    done = "没有改。去掉 --check-only 再运行一次就会改正" if check_only else "已经按原始答卷改正"
    raise TalliesWrong(f"有{len(found)}格和原始答卷不一样{more}，{done}。")


def _words(each: Difference) -> str:
    cell = " ".join(f"{value}" for value in each.where.values() if value not in ("", False))
    return f"{TABLE_WORDS[each.table]} {cell}：应改{each.count:+}"
