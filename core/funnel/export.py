"""
`export funnel`: every figure of a round's funnel in one table.

One row a county, unit, township, code, material, day, hour of the week or question; `by` says which.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.funnel.events import UNKNOWN, Kind
from core.funnel.names import Names
from core.funnel.reading import Funnel, Line
from core.sheets.out_columns import Cell, OutColumn
from core.sheets.writing import table_file

TITLE = "传播漏斗"
WEEKDAYS = "一二三四五六日"
HOURS_A_DAY = 24
# How each kind of event is called in the header, and in words.
KINDS = (
    (Kind.SCAN, "scans", "扫码"),
    (Kind.FOLLOW, "follows", "新关注"),
    (Kind.START, "starts", "开始作答"),
    (Kind.COMPLETE, "completions", "完成"),
    (Kind.BREAK_OFF, "break_offs", "中途退出"),
    (Kind.REFUSED, "refusals", "不同意参加"),
    (Kind.OTHER, "others", "不符合条件等"),
    (Kind.UNFOLLOW, "unfollows", "取消关注"),
)
COLUMNS = (
    OutColumn(name="by", title="按什么分"),
    OutColumn(name="code", title="代码"),
    OutColumn(name="name", title="名称"),
    OutColumn(name="owner", title="县（区）或单位代码"),
    *(
        OutColumn(name=f"{name}{suffix}", title=f"{words}{unit}", kind="number")
        for _kind, name, words in KINDS
        for suffix, unit in (("", "人次"), ("_people", "人数"))
    ),
    OutColumn(name="completion_rate", title="完成率：完成人数÷开始人数", kind="number"),
)
BY = ("all", "county", "unit", "township", "code", "unknown_code", "material", "day", "hour", "question")


def export_funnel(funnel: Funnel, names: Names, path: Path, file_format: str, by: Sequence[str] = BY) -> int:
    """
    Write the rows of `by` (all of them) to `path` as `csv`, `xlsx` or `sav`; how many there were.

    ExportFailed when the file cannot be written; nothing of it is left then.
    """
    count = 0
    with table_file(path, file_format, COLUMNS, TITLE) as write:
        for each in BY:
            if each in by:
                for code, name, line in _rows(funnel, names, each):
                    write(_row(each, code, name, line))
                    count += 1
    return count


def _rows(funnel: Funnel, names: Names, by: str) -> Iterator[tuple[str, str, Line]]:
    """(code, name, figures) of each row."""
    if by == "all":
        yield "", "合计", funnel.total()
    elif by in ("county", "unit"):
        for line in _sorted(funnel.owners()):
            is_unit = line.owner not in ("", UNKNOWN) and not line.owner.isdigit()
            if is_unit == (by == "unit"):
                yield line.owner, names.owner(line.owner), line
    elif by == "township":
        for line in _sorted(funnel.townships()):
            yield line.township, names.township(line.township), line
    elif by in ("code", "unknown_code"):
        for line in _sorted(funnel.codes() if by == "code" else funnel.unknown_codes()):
            yield line.key, names.code(line), line
    elif by == "material":
        for line in _sorted(funnel.materials()):
            yield line.key, names.material(line.key), line
    elif by == "day":
        for line in funnel.along("day"):
            yield line.day.isoformat(), line.day.isoformat(), line
    elif by == "hour":
        for line in funnel.along("hour"):
            weekday, hour = divmod(line.step, HOURS_A_DAY)
            yield f"{weekday + 1}-{hour:02}", f"周{WEEKDAYS[weekday]}{hour}时", line
    else:
        for line in funnel.along("question"):
            questionnaire, _, slot = line.question.partition("/")
            yield line.question, names.question(questionnaire, slot), line


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.owner, line.township, line.key))


def _row(by: str, code: str, name: str, line: Line) -> list[Cell]:
    row: list[Cell] = [by, code, name, line.owner]
    for kind, _name, _words in KINDS:
        row += [line[kind].visits, line[kind].people]
    rate = line.completion
    row.append(None if rate is None else round(rate, 4))
    return row
