"""`results`: the figures, proved from the raw answers; and printed tables, counted anew."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from admin.printed_tables import recomputed
from cli.groups import Group
from cli.moments import MOMENT
from cli.parts import Parts, open_parts
from cli.progress import counting, growing
from cli.tally_words import difference_in_words
from core.db.reading import reading
from core.errors import Refused
from core.reports.imprint import CHECK_ALPHABET, check_code, moment_in_print
from core.reports.tallying import advance, count_tallied, recount
from core.results.comparing import Printed, as_cells, differences, read_printed
from core.results.source import AsOf
from core.results.tables import Table, file_rows
from core.rounds.catalog import load_catalog

SHOWN = 20
WHY = "有人刚删除了自己的数据，会这样；不然就是库里的回答或者累计的数被动过，请查清楚。"
DIFFERS = (
    "和原始回答不一样：不是这张表改过，就是印了以后库里的回答改过。"
    "请对照另一份留着的表；库里的回答是不是动过，用 results recount --check-only 看。"
)
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
        if not check_only:
            advance(parts.engine, parts.clock())
        with reading(parts.engine) as connection:
            total = count_tallied(connection)
        with counting("重数", total, "份") as step:
            found = recount(parts.engine, repair=not check_only, progress=step)
        if not found:
            click.echo(f"核对过了：累计的数和{total}份原始答卷一致。")
            return
        with reading(parts.engine) as connection:
            catalog = load_catalog(connection, parts.keys, parts.settings.office)
        for each in found[:SHOWN]:
            click.echo(difference_in_words(each, catalog))
    more = f"（只列前{SHOWN}处）" if len(found) > SHOWN else ""
    done = "没有改。去掉 --check-only 再运行一次就会改正" if check_only else "累计的数已经按原始答卷改正"
    raise TalliesWrong(f"累计的数有{len(found)}处和原始答卷不一样{more}。{WHY}{done}。")


@results.command("recompute")
@click.argument("table", metavar="网址|文件")
@click.option("--at", type=MOMENT, help="印表的时间（表下面印着）；不写就用文件里的，没有文件就是现在。")
@click.option("--against", help="和什么比：下载的表（xlsx 或 csv），或者表下面印的校验码。")
def recompute(table: str, at: datetime | None, against: str | None) -> None:
    """
    从原始回答重算一张印出来的表当时的样子，和印的比。

    给下载的表（xlsx 或 csv），网址、时间、校验码都从文件里读；纸上的表，照着印的网址、时间、校验码写。
    导出的 xlsx，前面的每张汇总都核对。一样的退出码是0，不一样的逐处列出来，退出码是1。

    \b
    例：python -m cli results recompute 各县得分.xlsx
        python -m cli results recompute 网址 --at "2026-12-01 09:00:05.123" --against K7QM-2XPA-93HD
        python -m cli results recompute '/admin/results/1/counties?questionnaire=residents-2021'
    """
    code, kept = _to_compare(table, against)
    wanted = [_wanted(table, each, at, code) for each in kept] or [_Wanted(table, at, code, None)]
    with open_parts() as parts:
        wrong = sum([_compared(parts, each) for each in wanted])
    if wrong:
        of_several = f"{len(wanted)}张表里有{wrong}张" if len(wanted) > 1 else ""
        raise TableDiffers(of_several + DIFFERS)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A table to be counted anew; `at` None: now; `code` '' and `printed` None: nothing to compare with."""

    link: str
    at: datetime | None
    code: str
    printed: Printed | None


def _to_compare(table: str, against: str | None) -> tuple[str, list[Printed]]:
    """The check code to compare with ('' for none), and what a kept file holds."""
    code = (against or "").strip().upper()
    if against is not None and CHECK_CODE.fullmatch(code):
        return code, []
    if against is None and not _is_file(table):
        return "", []
    file = Path(against or table)
    if not _is_file(str(file)):
        raise click.BadParameter(f"没有文件“{file}”，它也不是校验码（例：K7QM-2XPA-93HD）。")
    return "", read_printed(file.read_bytes(), file.name)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # an address can be longer than any file's name
        return False


def _wanted(table: str, printed: Printed, at: datetime | None, code: str) -> _Wanted:
    link = printed.link if _is_file(table) else table
    if not link:
        raise Refused(
            "这个文件里没有“网址”那一行，不知道是哪张表。请写：results recompute 网址 --against 文件"
        )
    return _Wanted(link, at or printed.at, code or printed.check_code, printed)


def _compared(parts: Parts, wanted: _Wanted) -> bool:
    """Count it anew, say what came out; whether it differs from what was printed."""
    moment = wanted.at or parts.clock()
    with reading(parts.engine) as connection:
        catalog = load_catalog(connection, parts.keys, parts.settings.office)
        with growing("重算", "份") as (expect, step):
            source = AsOf(connection, moment, expect=expect, step=step)
            found = recomputed(catalog, wanted.link, source)
    table = found.table
    anew = check_code(table.printed(), found.questionnaire)
    click.echo(f"{found.words}：{table.title}")
    click.echo(f"从原始回答重算到 {moment_in_print(moment)}，{len(table.lines)}行，校验码 {anew}")
    if wanted.printed is None and not wanted.code:
        for row in table.printed():
            click.echo("\t".join(row))
        return False
    told = _differences(wanted, table, anew)
    for line in told or ["一样：每一格都对得上。" if wanted.printed else "一样：校验码对得上。"]:
        click.echo(line)
    return bool(told)


def _differences(wanted: _Wanted, table: Table, anew: str) -> list[str]:
    """What has to be said of a table that is not as it was printed; [] when it is."""
    if wanted.printed is None:
        if wanted.code == anew:
            return []
        told = f"不一样：印的校验码是 {wanted.code}，重算是 {anew}。"
        if wanted.at is None:
            return [f"{told}没写 --at，重算的是现在，不是印表的时候；请照表下面的“时间”写上再比。"]
        return [f"{told}有下载的文件，就用文件比，能看到是哪里。"]
    found = differences(wanted.printed.rows, as_cells(file_rows(table)))
    if len(found) > SHOWN:
        found = [*found[:SHOWN], f"还有{len(found) - SHOWN}处，没有列出来。"]
    if not found and wanted.code and wanted.code != anew:
        found = [f"表里的数都一样，但印的校验码 {wanted.code} 不是 {anew}：问卷或计分变了，或者校验码改过。"]
    return found
