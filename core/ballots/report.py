"""An opened box as people read it: the protocol's words and tables, and the rows of an export."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from core.ballots.tally import OVERALL
from core.clock import local
from core.sheets.out_columns import Cell, OutColumn
from core.sheets.writing import table_file

HIDDEN = "—"
OVERALL_TITLE = "总评（各项平均）"
Figures = Mapping[str, Any]


def protocol_data(result: Figures) -> dict[str, Any]:
    """What the protocol's page is given."""
    options = [option["label"] for option in result["options"]]
    return {
        "title": f"{result['round']}开票记录",
        "round": result["round"],
        "facts": [{"name": name, "value": value} for name, value in facts(result)],
        "sum": sum_in_words(result),
        "tables": [
            {
                "title": title
                if not table["group"]
                else f"{title}（{table['label']}，{table['ballots']}张票）",
                "options": options if criterion != OVERALL else [],
                "rows": [_line(row, result, criterion) for row in rows(result, table, criterion)],
            }
            for table in result["tables"]
            for criterion, title in criteria(result)
        ],
        "notes": NOTES,
        "signers": [*(f"见证人　{name}" for name in result["witnesses"]), "监票人", "计票人", "办公室负责人"],
        "checksum": result["checksum"],
    }


NOTES = (
    "平均分按问卷的分值算，“不了解”和“回避”不计入；票数是给出分数的选票数。平均分相同的名次相同。"
    f"票数少于10的不显示（{HIDDEN}），为免推算出来，同一行里次少的也一并不显示。"
    "意见已与选票分开、打乱次序，另行导出。校验码由全部结果算出，改动任何一个数都会不同。"
)


def facts(result: Figures) -> list[tuple[str, str]]:
    """What was counted, and when."""
    return [
        ("问卷", f"{result['title']}（{result['questionnaire']}，{result['content_hash'][:12]}）"),
        ("截止", _moment(result["closed_at"])),
        ("开票", _moment(result["opened_at"])),
        ("见证人", f"{'、'.join(result['witnesses'])}（到{result['needed']}位开票）"),
        ("纸票", f"做了{result['slips_made']}张，用了{result['slips_used']}张"),
        ("选票", f"开出{result['ballots']}张，其中纸质{result['paper']}张；留存不开{result['held_back']}张"),
        ("未受理", f"编号不对、已用过或过期的{result['refused']}次"),
    ]


def sum_in_words(result: Figures) -> str:
    """Whether it adds up."""
    used, ballots, held = result["slips_used"], result["ballots"], result["held_back"]
    told = f"用过的纸票 {used} 张 ＝ 开出的选票 {ballots} 张 ＋ 留存不开 {held} 张"
    return f"{told}。数目相符。" if used == ballots + held else f"{told}：数目不符，请查明原因。"


def criteria(result: Figures) -> list[tuple[str, str]]:
    """The overall figure, then each criterion: id and title."""
    return [(OVERALL, OVERALL_TITLE), *((each["id"], each["title"]) for each in result["criteria"])]


def rows(result: Figures, table: Figures, criterion: str) -> list[tuple[str, Figures]]:
    """(name, cell) of everybody who is judged, best first, those without a rank last."""
    found = [(each["name"], table["cells"][each["code"]][criterion]) for each in result["subjects"]]
    return sorted(found, key=lambda row: (row[1].get("rank", 10_000), row[0]))


def rank_in_words(cell: Figures) -> str:
    """`3`, `3（并列）`, or nothing."""
    if "rank" not in cell:
        return HIDDEN if cell.get("hidden") else ""
    return f"{cell['rank']}{'（并列）' if cell['tied'] else ''}"


def export_columns(result: Figures, what: str) -> list[OutColumn]:
    """`figures`: one row a group, criterion and subject. `comments`: one row a comment."""
    if what == "comments":
        names = {"question": "问题", "subject": "评价对象", "words": "意见"}
        return [OutColumn(name=name, title=title) for name, title in names.items()]
    texts = {
        "group": "哪些选票",
        "subject": "代码",
        "subject_label": "评价对象",
        "criterion": "项",
        "criterion_label": "项目",
    }
    numbers = {"hidden": "不显示", "n": "票数", "mean": "平均分", "rank": "名次", "tied": "并列"}
    counts = {option["code"]: option["label"] for option in result["options"]} | {"recused": "回避"}
    return [
        *(OutColumn(name=name, title=title) for name, title in texts.items()),
        *(OutColumn(name=name, title=title, kind="number") for name, title in (numbers | counts).items()),
    ]


def export_rows(result: Figures, what: str) -> Iterator[tuple[Cell, ...]]:
    """As the columns; what is hidden is empty."""
    if what == "comments":
        for each in result["comments"]:
            for words in each["words"]:
                yield (each["title"], each["subject"], words)
        return
    codes = [option["code"] for option in result["options"]]
    for table in result["tables"]:
        for criterion, title in criteria(result):
            for each in result["subjects"]:
                cell = table["cells"][each["code"]][criterion]
                has_counts = "counts" in cell
                counts = tuple(cell["counts"].get(code, 0) if has_counts else None for code in codes)
                mean = float(cell["mean"]) if cell.get("mean") else None
                about = (table["label"], each["code"], each["name"], criterion, title)
                figures = (int(bool(cell.get("hidden"))), cell.get("n"), mean, cell.get("rank"))
                yield (*about, *figures, int(bool(cell.get("tied"))), *counts, cell.get("recused"))


def write_result(path: Path, file_format: str, result: Figures, what: str) -> int:
    """The export as a file; how many rows it has."""
    listed = list(export_rows(result, what))
    with table_file(path, file_format, export_columns(result, what), "领导评价") as write:
        for row in listed:
            write(row)
    return len(listed)


def _line(row: tuple[str, Figures], result: Figures, criterion: str) -> list[str]:
    name, cell = row
    shown = [rank_in_words(cell), name]
    if cell.get("hidden"):
        shown += [HIDDEN, HIDDEN]
        return shown + [HIDDEN] * (len(result["options"]) if criterion != OVERALL else 0)
    shown += [str(cell["n"]), cell["mean"] or ""]
    if criterion == OVERALL:
        return shown
    return shown + [str(cell["counts"].get(option["code"], 0)) for option in result["options"]]


def _moment(stored: str) -> str:
    there = local(datetime.fromisoformat(stored))
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"
