"""
The tables of results: one function a view, from a `Source`, whether live or as of an earlier moment.

Every line has its n. A place or unit without a single response has a line, too. Answers that name no place
or no unit stand in a line of their own that leads nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire, Rating
from core.reports.figures import QuestionFigures, question_figures
from core.reports.scope import Scope
from core.reports.stretches import Counted
from core.reports.tally import Ended, Group
from core.results.measures import NOTHING, Chosen, Measure, by_dimension, chosen_in, measure, ratings
from core.results.ranking import LEAST_N, ranks
from core.results.source import Source
from core.results.tables import Column, Line, Table, Value

N = Column("n", "答卷", "count", "份")
ANSWERS = Column("scored", "有分数的回答", "count", "n")
SCORE = Column("score", "得分", "score", "满分100")
SATISFIED = Column("satisfied", "满意率", "share")
UNSCORED = Column("unscored", "不了解", "share")
RANK = Column("rank", "名次", "rank")
FIGURES = (N, SCORE, SATISFIED, UNSCORED)
GAP_NOTE = "相差先算再取两位小数，同表里两个数相减可能差0.01。"
TOWNSHIP_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    What a table is about: a questionnaire's responses in a scope. `dimension` and `question`: '' for none.

    `least_n`: below so many responses nothing is ranked. `since`, `until`: for days alone.
    """

    scope: Scope
    questionnaire: Questionnaire
    gazetteer: Gazetteer
    dimension: str = ""
    question: str = ""
    least_n: int = LEAST_N
    since: date | None = None
    until: date | None = None

    @property
    def ratings(self) -> tuple[Rating, ...]:
        """The rating questions that are meant."""
        return ratings(self.questionnaire, self.dimension)

    @property
    def rating_ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(each.id for each in self.ratings)


def headline(source: Source, part: Part) -> tuple[Measure, Ended, int]:
    """The whole of a part: its figures, how responses ended, and how many complete ones are set aside."""
    ended, set_aside = endings(source, part.scope)
    chosen = _chosen(source, part.scope, part.rating_ids)
    return measure(part.ratings, chosen, ended.complete), ended, set_aside


def endings(source: Source, scope: Scope) -> tuple[Ended, int]:
    """How a scope's responses ended, and how many complete ones are set aside."""
    with_aside, without = (
        source.ended_by(replace(scope, with_set_aside=aside), "all").get("", Ended())
        for aside in (True, False)
    )
    return (
        with_aside if scope.with_set_aside else without,
        with_aside.complete - without.complete,
    )


def whole(source: Source, part: Part, beside: Part | None = None, beside_name: str = "") -> Table:
    """
    The total and each dimension. `beside`: the larger part it is compared with (`beside_name`: 全市), None
    for none.
    """
    columns: tuple[Column, ...] = (SCORE, SATISFIED, ANSWERS, UNSCORED)
    own, own_total = dimensions_of(source, part)
    others: Mapping[str, Measure] = {}
    other_total = NOTHING
    if beside is not None:
        columns += (
            Column("beside", f"{beside_name}得分", "score"),
            Column("gap", f"比{beside_name}", "points", "分"),
        )
        others, other_total = dimensions_of(source, beside)

    def line(code: str, name: str, figures: Measure, other: Measure) -> Line:
        gap = figures.score - other.score if figures.score is not None and other.score is not None else None
        return Line(code, name, _cells(figures) | {"beside": other.score, "gap": gap})

    names = part.questionnaire.dimensions
    return Table(
        title="总的和各方面",
        head="方面",
        columns=columns,
        lines=tuple(line(code, names[code], each, others.get(code, NOTHING)) for code, each in own.items()),
        whole=line("", "总的", own_total, other_total),
        notes=(GAP_NOTE,) if beside is not None else (),
    )


def places(source: Source, part: Part, group: Group) -> Table:
    """Counties, townships or units with their ranks; of all questions, or of one dimension."""
    names = _names(part, group)
    counted = source.counts_by(part.scope, group, part.rating_ids)
    ended = source.ended_by(part.scope, group)
    measures = {
        code: measure(part.ratings, chosen_in(counted.get(code, {})), ended.get(code, Ended()).complete)
        for code in names
    }
    rest = [code for code in {*counted, *ended} if code not in names]
    ranked = ranks(measures, part.least_n)
    lines = [
        Line(code, names[code], _cells(each) | {"rank": ranked.get(code)}) for code, each in measures.items()
    ]
    left = _together(
        part, [counted.get(code, {}) for code in rest], [ended.get(code, Ended()) for code in rest]
    )
    if left.n or left.answers:
        lines.append(Line("", _REST[group], _cells(left)))
    total = _together(part, list(counted.values()), list(ended.values()))
    title, head = _TITLES[group]
    return Table(
        title=title,
        head=head,
        columns=(RANK, *FIGURES),
        lines=tuple(lines),
        whole=Line("", "这个范围一共", _cells(total)),
        notes=(f"得分印出来一样的算并列；答卷不到{part.least_n}份的不排名次。",),
    )


def heat(source: Source, part: Part) -> Table:
    """Counties (within a county its townships) by dimensions: 得分 in each cell, before them n and 不了解."""
    group: Group = "township" if part.scope.place_code else "county"
    names = _names(part, group)
    counted = source.counts_by(part.scope, group, part.rating_ids)
    ended = source.ended_by(part.scope, group)
    dimensions = {each.dimension for each in part.ratings}
    shown = [(code, name) for code, name in part.questionnaire.dimensions.items() if code in dimensions]

    def cells(chosen: Chosen, n: int) -> dict[str, Value]:
        by = by_dimension(part.questionnaire, chosen, n)
        own = {code: each.score for code, each in by.items() if code in dimensions}
        total = measure(part.ratings, chosen, n)
        return {"n": n, "unscored": total.unscored_share, "score": total.score, **own}

    lines = [
        Line(code, name, cells(chosen_in(counted.get(code, {})), ended.get(code, Ended()).complete))
        for code, name in names.items()
    ]
    return Table(
        title=f"各{_TITLES[group][1]}各方面的得分",
        head=_TITLES[group][1],
        columns=(
            N,
            UNSCORED,
            Column("score", "总的", "score"),
            *(Column(code, name, "score") for code, name in shown),
        ),
        lines=tuple(lines),
        whole=Line(
            "", "一共", cells(_added(counted.values()), sum(each.complete for each in ended.values()))
        ),
    )


def question(source: Source, part: Part, *, is_hidden: bool = False) -> tuple[QuestionFigures, Table]:
    """
    How one question was answered. Personal ones without groups of fewer than ten (`small_groups`), and not
    at all where `is_hidden`.
    """
    counted = source.counts_by(part.scope, "all", [part.question]).get("", {})
    figures = next(
        each
        for each in question_figures(part.questionnaire, part.gazetteer, counted)
        if each.question.id == part.question
    )
    if is_hidden:
        figures = QuestionFigures(question=figures.question, n=None)
    few = "人少，不显示"
    lines = [
        Line(
            option.code,
            option.label,
            {
                "count": few if option.count is None else option.count,
                "share": few if option.count is None or not figures.n else Fraction(option.count, figures.n),
            },
        )
        for option in figures.options
    ]
    table = Table(
        title="这道题怎么答的",
        head="选项",
        columns=(Column("count", "人数", "count", "人"), Column("share", "占比", "share")),
        lines=tuple(lines),
        whole=Line("", "回答的人", {"count": few if figures.n is None else figures.n, "share": None}),
    )
    return figures, table


def days(source: Source, part: Part) -> Table:
    """Day by day: n and figures; days on which nothing came have no line."""
    found = source.days(part.scope, part.rating_ids, part.since, part.until)
    lines = []
    total: dict[str, dict[str, int]] = {}
    for day in sorted(found):
        answers = found[day]
        n = answers.get("", {}).get("complete", 0)
        figures = measure(part.ratings, answers, n)
        if n or figures.answers:
            lines.append(Line(day.isoformat(), day.isoformat(), _cells(figures)))
        for name, codes in answers.items():
            for code, count in codes.items():
                into = total.setdefault(name, {})
                into[code] = into.get(code, 0) + count
    n = total.get("", {}).get("complete", 0)
    return Table(
        title="每天的得分",
        head="日期",
        columns=FIGURES,
        lines=tuple(lines),
        whole=Line("", "这些天一共", _cells(measure(part.ratings, total, n))),
    )


def dimensions_of(source: Source, part: Part) -> tuple[dict[str, Measure], Measure]:
    """Each dimension's figures, and the total's."""
    questions = ratings(part.questionnaire)
    chosen = _chosen(source, part.scope, [each.id for each in questions])
    n = source.ended_by(part.scope, "all").get("", Ended()).complete
    return by_dimension(part.questionnaire, chosen, n), measure(questions, chosen, n)


def _chosen(source: Source, scope: Scope, questions: Sequence[str]) -> Chosen:
    return chosen_in(source.counts_by(scope, "all", questions).get("", {}))


def _cells(figures: Measure) -> dict[str, Value]:
    return {
        "n": figures.n,
        "scored": figures.scored,
        "score": figures.score,
        "satisfied": figures.satisfied,
        "unscored": figures.unscored_share,
    }


def _together(part: Part, counted: Sequence[Counted], ended: Sequence[Ended]) -> Measure:
    return measure(part.ratings, _added(counted), sum(each.complete for each in ended))


def _added(counted: Iterable[Counted]) -> Chosen:
    found: dict[str, dict[str, int]] = {}
    for each in counted:
        for name, codes in chosen_in(each).items():
            into = found.setdefault(name, {})
            for code, count in codes.items():
                into[code] = into.get(code, 0) + count
    return found


def _names(part: Part, group: Group) -> dict[str, str]:
    """The lines of a table: code and name, in the order of codes."""
    within = part.scope.place_code
    if group == "unit":
        units = [unit for unit in part.gazetteer.units if part.scope.unit_code in ("", unit.code)]
        return {unit.code: unit.short_name for unit in units}
    if group == "county":
        return {
            place.code: place.short_name
            for place in part.gazetteer.counties
            if not within or within.startswith(place.code)
        }
    return {
        place.code: place.short_name if within else part.gazetteer.full_name(place.code)
        for place in part.gazetteer.at_level("township")
        if place.code.startswith(within)
    }


_TITLES: dict[Group, tuple[str, str]] = {
    "county": ("各县（区）得分", "县（区）"),
    "township": ("各乡镇（街道）得分", "乡镇（街道）"),
    "unit": ("各单位得分", "单位"),
}
_REST: dict[Group, str] = {"county": "没说是哪里", "township": "没说到乡镇", "unit": "没有评价单位"}
