"""
What stands out in a table of results, as sentences: what a reader would look for in it first.

Compared are figures as they are printed, so that a sentence and the table below it never disagree; equal ones
are named together. Places and units with fewer answers than the least n are compared by their n alone. Where
nothing can be compared, nothing is said. Pure: a table in, sentences out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.results.rounding import half_up
from core.results.tables import Column, Kind, Line, Table

# As many equal ones are named; of more only how many.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence: `before`, the lines it names (each may lead somewhere), `after`."""

    before: str
    lines: tuple[Line, ...]
    after: str


def of_dimensions(table: Table) -> tuple[Finding, ...]:
    """Of the total and each dimension: beside what it is compared with, the lowest, the highest."""
    gap = _column(table, "gap")
    found: list[Finding | None] = []
    if gap is not None and table.whole is not None and table.whole.cells.get("gap") is not None:
        score = _score(table.whole, "score")
        found.append(Finding(f"总的得分{score}，{_beside(gap, table.whole)}。", (), ""))

    def ending(lines: Sequence[Line]) -> str:
        words = f"，{_score(lines[0], 'score')}分"
        if gap is not None and len(lines) == 1 and lines[0].cells.get("gap") is not None:
            words += f"，{_beside(gap, lines[0])}"
        return f"{words}。"

    found.append(_sentence("得分最低的方面是", _extreme(table.lines, "score", "score", min), ending))
    found.append(_sentence("得分最高的方面是", _extreme(table.lines, "score", "score", max), ending))
    below = _extreme(table.lines, "gap", "points", min)
    if gap is not None and below and below != lowest(table) and _printed(below[0], "gap", "points") < 0:
        found.append(_sentence(f"{gap.title}低得最多的是", below, ending))
    return _said(found)


def lowest(table: Table) -> tuple[Line, ...]:
    """The lines whose printed 得分 is lowest; () where all are equal, or more than may be named."""
    lines = _extreme(table.lines, "score", "score", min)
    return lines if len(lines) <= MOST_NAMED else ()


def of_places(table: Table, least_n: int) -> tuple[Finding, ...]:
    """Of counties, townships or units: who answered most and least, whose 得分 is highest and lowest."""
    named = [line for line in table.lines if line.code]
    enough = [line for line in named if _n(line) >= least_n]

    def answers(lines: Sequence[Line]) -> str:
        return f"，{_grouped(_n(lines[0]))}份。"

    def score(lines: Sequence[Line]) -> str:
        n = f"（答卷{_grouped(_n(lines[0]))}份）" if len(lines) == 1 else ""
        return f"，{_score(lines[0], 'score')}分{n}。"

    return _said(
        [
            _sentence("答卷最多的是", _extreme(named, "n", "count", max), answers),
            _sentence("答卷最少的是", _extreme(named, "n", "count", min), answers),
            _sentence("得分最高的是", _extreme(enough, "score", "score", max), score),
            _sentence("得分最低的是", _extreme(enough, "score", "score", min), score),
        ]
    )


def of_cells(table: Table, least_n: int) -> tuple[Finding, ...]:
    """Of places by dimensions: the lowest and the highest cell, the total's left out."""
    enough = [line for line in table.lines if line.code and _n(line) >= least_n]
    cells = [
        (_printed(line, column.key, "score"), line, column.title)
        for line in enough
        for column in table.columns
        if column.kind == "score" and column.key != "score" and line.cells.get(column.key) is not None
    ]
    found: list[Finding | None] = []
    for words, pick in (("得分最低的一处是", min), ("得分最高的一处是", max)):
        if len({value for value, _line, _title in cells}) < 2:
            break
        value = pick(value for value, _line, _title in cells)
        same = [(line, title) for each, line, title in cells if each == value]
        if len(same) == 1:
            line, title = same[0]
            found.append(
                Finding(words, (line,), f"的“{title}”，{value:.2f}分（答卷{_grouped(_n(line))}份）。")
            )
    return _said(found)


def of_days(table: Table) -> tuple[Finding, ...]:
    """Of days: on which most came."""
    return _said(
        [
            _sentence(
                "交上最多的一天是",
                _extreme(table.lines, "n", "count", max),
                lambda lines: f"，{_grouped(_n(lines[0]))}份。",
            )
        ]
    )


def of_rounds(table: Table) -> tuple[Finding, ...]:
    """Of this round beside earlier ones: the total, what rose most, what fell most."""
    gap = _column(table, "gap")
    if gap is None or table.whole is None:
        return ()
    found: list[Finding | None] = []
    if table.whole.cells.get("gap") is not None:
        before = _column(table, "score0")
        assert before is not None, "without an earlier round there is no gap"
        then = f"{before.title.removesuffix(' 得分')}，{_score(table.whole, 'score0')}分"
        words = _than(gap, table.whole, then)
        found.append(Finding(f"总的得分{_score(table.whole, 'score')}，{words}。", (), ""))
    for words, pick, sign in (("升得最多的是", max, 1), ("降得最多的是", min, -1)):
        lines = _extreme(table.lines, "gap", "points", pick)
        if lines and _printed(lines[0], "gap", "points") * sign > 0:
            found.append(_sentence(words, lines, lambda named: f"，{_higher(named[0])}。"))
    return _said(found)


def _said(found: Sequence[Finding | None]) -> tuple[Finding, ...]:
    return tuple(each for each in found if each is not None)


def _sentence(
    before: str, lines: tuple[Line, ...], ending: Callable[[Sequence[Line]], str]
) -> Finding | None:
    if not lines:
        return None
    if len(lines) > MOST_NAMED:
        return Finding(f"{before}{lines[0].name}等{len(lines)}个（并列）", (), ending(lines))
    return Finding(before, lines, f"（并列）{ending(lines)}" if len(lines) > 1 else ending(lines))


def _extreme(
    lines: Sequence[Line], key: str, kind: Kind, pick: Callable[[Sequence[Decimal]], Decimal]
) -> tuple[Line, ...]:
    """The lines with the highest or lowest printed figure; () where fewer than two differ."""
    having = [line for line in lines if line.cells.get(key) is not None]
    printed = [_printed(line, key, kind) for line in having]
    if len(set(printed)) < 2:
        return ()
    wanted = pick(printed)
    return tuple(line for line, value in zip(having, printed, strict=True) if value == wanted)


def _printed(line: Line, key: str, kind: Kind) -> Decimal:
    value = line.cells[key]
    assert isinstance(value, Fraction | int), "only figures are compared"
    return Decimal(int(value)) if kind == "count" else half_up(value, 2)


def _beside(gap: Column, line: Line) -> str:
    """`比全市（77.86分）低24.95分`."""
    return _than(gap, line, f"{_score(line, 'beside')}分")


def _than(gap: Column, line: Line, what: str) -> str:
    title = gap.title if _printed(line, "gap", "points") else gap.title.replace("比", "和", 1)
    return f"{title}（{what}）{_higher(line)}"


def _higher(line: Line) -> str:
    gap = _printed(line, "gap", "points")
    return f"{'高' if gap > 0 else '低'}{abs(gap):.2f}分" if gap else "一样"


def _score(line: Line, key: str) -> str:
    return f"{_printed(line, key, 'score'):.2f}"


def _n(line: Line) -> int:
    n = line.cells.get("n")
    return n if isinstance(n, int) else 0


def _grouped(count: int) -> str:
    # Thin spaces as in a page's tables, but such that a sentence does not break at them.
    return f"{count:,}".replace(",", "\u202f")


def _column(table: Table, key: str) -> Column | None:
    return next((each for each in table.columns if each.key == key), None)
