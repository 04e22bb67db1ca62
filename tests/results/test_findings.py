"""What is said of a table: its own figures, ties together, nothing where nothing can be compared."""

from fractions import Fraction

from core.results import findings
from core.results.findings import Finding
from core.results.tables import Column, Line, Table, Value

SCORE, N = Column("score", "得分", "score"), Column("n", "答卷", "count")
BESIDE = (SCORE, Column("beside", "全市得分", "score"), Column("gap", "比全市", "points"))


def table(
    columns: tuple[Column, ...], lines: dict[str, dict[str, Value]], whole: dict[str, Value] | None = None
) -> Table:
    return Table(
        title="",
        head="",
        columns=columns,
        lines=tuple(Line(name, name, cells) for name, cells in lines.items()),
        whole=None if whole is None else Line("", "总的", whole),
    )


def said(found: tuple[Finding, ...]) -> list[str]:
    return [each.before + "、".join(line.name for line in each.lines) + each.after for each in found]


def beside(score: int, other: int) -> dict[str, Value]:
    return {"score": Fraction(score), "beside": Fraction(other), "gap": Fraction(score - other)}


def test_a_part_is_said_beside_what_it_is_compared_with() -> None:
    found = findings.of_dimensions(
        table(
            BESIDE, {"交通": beside(60, 61), "治安": beside(80, 80), "环保": beside(70, 79)}, beside(70, 73)
        )
    )

    assert said(found) == [
        "总的得分70.00，比全市（73.00分）低3.00分。",
        "得分最低的方面是交通，60.00分，比全市（61.00分）低1.00分。",
        "得分最高的方面是治安，80.00分，和全市（80.00分）一样。",
        "比全市低得最多的是环保，70.00分，比全市（79.00分）低9.00分。",
    ]


def test_equal_printed_figures_are_named_together_and_all_equal_ones_not_at_all() -> None:
    close: dict[str, dict[str, Value]] = {
        "交通": {"score": Fraction(60001, 1000)},
        "治安": {"score": Fraction(60002, 1000)},
        "环保": {"score": Fraction(90)},
        "卫生": {"score": None},
    }
    four: dict[str, dict[str, Value]] = {**close, "就医": {"score": 60}, "就学": {"score": 60}}
    same = dict.fromkeys(("交通", "治安"), close["交通"])

    lowest, highest = said(findings.of_dimensions(table((SCORE,), close)))
    many, _highest = said(findings.of_dimensions(table((SCORE,), four)))
    nothing = findings.of_dimensions(table((SCORE,), same))

    assert (lowest, highest) == (
        "得分最低的方面是交通、治安（并列），60.00分。",
        "得分最高的方面是环保，90.00分。",
    )
    assert many == "得分最低的方面是交通等4个（并列），60.00分。"
    assert nothing == ()


def test_places_with_few_answers_are_compared_by_their_n_alone() -> None:
    lines: dict[str, dict[str, Value]] = {
        "向阳镇": {"n": 12345, "score": 70},
        "六排镇": {"n": 40, "score": 80},
        "更新乡": {"n": 29, "score": 99},
        "下老乡": {"n": 0, "score": None},
    }

    assert [
        each.replace("\u202f", " ") for each in said(findings.of_places(table((N, SCORE), lines), 30))
    ] == [
        "答卷最多的是向阳镇，12 345份。",
        "答卷最少的是下老乡，0份。",
        "得分最高的是六排镇，80.00分（答卷40份）。",
        "得分最低的是向阳镇，70.00分（答卷12 345份）。",
    ]


def test_the_lowest_cell_is_found_and_the_total_is_none() -> None:
    columns = (N, SCORE, Column("traffic", "交通", "score"), Column("safety", "治安", "score"))
    lines: dict[str, dict[str, Value]] = {
        "都安": {"n": 50, "score": 10, "traffic": 52, "safety": 80},
        "宜州": {"n": 50, "score": 99, "traffic": 81, "safety": 80},
        "南丹": {"n": 5, "score": 50, "traffic": 1, "safety": 100},
    }

    assert said(findings.of_cells(table(columns, lines), 30)) == [
        "得分最低的一处是都安的“交通”，52.00分（答卷50份）。",
        "得分最高的一处是宜州的“交通”，81.00分（答卷50份）。",
    ]


def test_rounds_are_compared_with_the_last_one_and_a_first_round_with_none() -> None:
    columns = (SCORE, Column("score0", "去年 得分", "score"), Column("gap", "比上一次", "points"))
    lines: dict[str, dict[str, Value]] = {
        "交通": {"score": 70, "score0": 65, "gap": 5},
        "治安": {"score": 80, "score0": 82, "gap": -2},
    }
    whole: dict[str, Value] = {"score": 75, "score0": Fraction(147, 2), "gap": Fraction(3, 2)}

    assert said(findings.of_rounds(table(columns, lines, whole))) == [
        "总的得分75.00，比上一次（去年，73.50分）高1.50分。",
        "升得最多的是交通，高5.00分。",
        "降得最多的是治安，低2.00分。",
    ]
    assert findings.of_rounds(table((SCORE,), lines, whole)) == ()
