"""`results`: the figures, proved from the raw answers; and printed tables, counted anew."""

import re
from datetime import datetime
from pathlib import Path

import click

from admin.results_view import ResultsView, earlier_rounds, read_link, read_results, table_of
from cli.groups import Group
from cli.moments import MOMENT
from cli.parts import Parts, open_parts
from cli.progress import counting
from core.db.reading import reading
from core.errors import Refused
from core.people.reach import EVERYTHING
from core.reports import tally
from core.reports.imprint import CHECK_ALPHABET, check_code, moment_in_print
from core.reports.scope import Scope
from core.reports.tallying import Difference, advance, count_tallied, recount
from core.results.comparing import as_cells, differences, read_printed
from core.results.source import AsOf
from core.results.tables import Table, file_rows
from core.rounds.catalog import load_catalog

SHOWN = 20
TABLE_WORDS = {"tally": "各题的回答", "ended_tally": "答卷份数", "day_tally": "逐日的数"}
CHECK_CODE = re.compile(rf"[{CHECK_ALPHABET}]{{4}}(-[{CHECK_ALPHABET}]{{4}}){{2}}")


class TalliesWrong(Refused):
    """A recount found cells that were wrong."""


class TableDiffers(Refused):
    """A printed table is not what the raw answers of its moment say."""


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


@results.command("recompute")
@click.argument("link")
@click.option("--at", type=MOMENT, help="印表的时间（表下面印着）；不写就用文件里的，没有文件就是现在。")
@click.option("--against", help="和什么比：下载的表（xlsx 或 csv），或者表下面印的校验码。")
def recompute(link: str, at: datetime | None, against: str | None) -> None:
    """
    照表下面印的网址，从原始回答重算那张表当时的样子，和印的比。

    一样的退出码是0，不一样的逐处列出来，退出码是1。

    \b
    例：python -m cli results recompute '/admin/results/1/counties?questionnaire=residents-2021'
        python -m cli results recompute 网址 --at "2026-12-01 09:00:05.123" --against K7QM-2XPA-93HD
        python -m cli results recompute 网址 --against 各县得分.xlsx
    """
    code = (against or "").strip().upper()
    file = None if against is None or CHECK_CODE.fullmatch(code) else Path(against)
    printed = None
    if file is not None:
        if not file.is_file():
            raise click.BadParameter(f"没有文件“{file}”，它也不是校验码（例：K7QM-2XPA-93HD）。")
        printed = read_printed(file.read_bytes(), file.name)
        code = printed.check_code
    with open_parts() as parts:
        moment = at or (printed.at if printed else None) or parts.clock()
        with counting("重算", 1, "张") as step:
            view, table = _counted(parts, link, moment)
            step(1)
    anew = check_code(table.printed(), view.questionnaire)
    click.echo(f"{view.round.name} · {view.filter_words}：{table.title}")
    click.echo(f"从原始回答重算到 {moment_in_print(moment)}，{len(table.lines)}行，校验码 {anew}")
    if printed is not None:
        _compare(differences(printed.rows, as_cells(file_rows(table))), code, anew)
    elif code:
        if code != anew:
            raise TableDiffers(
                f"不一样：印的校验码是 {code}，重算是 {anew}。用 --against 文件 可以看到哪里不一样。"
            )
        click.echo("一样：校验码对得上。")
    else:
        for row in table.printed():
            click.echo("\t".join(row))


def _counted(parts: Parts, link: str, moment: datetime) -> tuple[ResultsView, Table]:
    """The table of a link as of a moment, from the raw answers."""
    round_id, view_name, args = read_link(link)
    with reading(parts.engine) as connection:
        catalog = load_catalog(connection, parts.keys, parts.settings.office)
        channels = tally.channels(connection, Scope(round_id=round_id, reach=EVERYTHING))
        view = read_results(catalog, EVERYTHING, round_id, view_name, args, channels)
        return view, table_of(AsOf(connection, moment), view, earlier_rounds(catalog, view))


def _compare(found: list[str], code: str, anew: str) -> None:
    for each in found[:SHOWN]:
        click.echo(each)
    if found:
        more = f"（只列前{SHOWN}处）" if len(found) > SHOWN else ""
        raise TableDiffers(f"有{len(found)}处和原始回答不一样{more}。")
    if code and code != anew:
        raise TableDiffers(
            f"表里的数都一样，但印的校验码 {code} 不是 {anew}：问卷或计分变了，或者校验码改过。"
        )
    click.echo("一样：每一格都对得上。")


def _words(each: Difference) -> str:
    cell = " ".join(f"{value}" for value in each.where.values() if value not in ("", False))
    return f"{TABLE_WORDS[each.table]} {cell}：应改{each.count:+}"
