"""
Every rating question by itself: of a whole part, and for each county (or unit) of it.

Questions inside a repeat are about each of its items, and personal ones may give a small group away: neither
stands here.
"""

from collections.abc import Iterator, Mapping

from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Rating
from core.reports.stretches import Counted
from core.reports.tally import Group
from core.responses.columns import in_general
from core.results.measures import Chosen, Measure, chosen_in, measure
from core.results.source import Source
from core.results.tables import Column, Line, Table, Value
from core.results.views import ANSWERS, SATISFIED, SCORE, UNSCORED, Part

WHOLE = "全部"
NOWHERE: Mapping[str, str] = {"county": "没说是哪里", "unit": "没有评价单位"}


def questions_table(part: Part, counted: Counted) -> Table:
    """得分, 满意率, n and 不了解 of each question, at the foot all together; from what was counted."""
    chosen = chosen_in(counted)
    asked = asked_of(part)
    names = short_names(part)
    return Table(
        title="各题得分",
        head="题目",
        columns=(SCORE, SATISFIED, ANSWERS, UNSCORED),
        lines=tuple(Line(each.id, names[each.id], _cells(measure((each,), chosen, 0))) for each in asked),
        whole=Line("", "总的", _cells(measure(asked, chosen, 0))),
    )


def questions(source: Source, part: Part) -> Table:
    """The same, counted here."""
    ids = [each.id for each in asked_of(part)]
    return questions_table(part, source.counts_by(part.scope, "all", ids).get("", {}))


def questions_by_place(source: Source, part: Part) -> Table:
    """
    Each question in all, then in each county; where units are judged, for each unit. A county or unit nobody
    answered about has no lines.
    """
    asked = asked_of(part)
    group: Group = "unit" if part.questionnaire.subject == "unit" else "county"
    counted = source.counts_by(part.scope, group, [each.id for each in asked])
    chosen = {code: chosen_in(each) for code, each in counted.items()}

    def lines(name: str, of: Chosen) -> Iterator[Line]:
        for each in asked:
            about: dict[str, Value] = {"question": each.id, "words": in_general(each.title)}
            yield Line(each.id, name, about | _cells(measure((each,), of, 0)))

    found = list(lines(WHOLE, _together(chosen)))
    for code, name in (*_names(part.gazetteer, group).items(), ("", NOWHERE[group])):
        if code in chosen:
            found += lines(name, chosen[code])
    return Table(
        title="各单位各题" if group == "unit" else "各县（区）各题",
        head="单位" if group == "unit" else "县（区）",
        columns=(
            Column("question", "题目", "text"),
            Column("words", "内容", "text"),
            SCORE,
            SATISFIED,
            Column("answers", "回答", "count", "份"),
            ANSWERS,
            UNSCORED,
        ),
        lines=tuple(found),
    )


def asked_of(part: Part) -> tuple[Rating, ...]:
    """The questions that stand in these tables."""
    return tuple(each for each in part.ratings if not each.personal)


def short_names(part: Part) -> dict[str, str]:
    """By its id, what a question is called: its dimension where no other has the same, else its words."""
    asked = asked_of(part)
    of_dimension = [each.dimension for each in asked]
    return {
        each.id: part.questionnaire.dimensions[each.dimension]
        if of_dimension.count(each.dimension) == 1
        else in_general(each.title)
        for each in asked
    }


def _cells(figures: Measure) -> dict[str, Value]:
    return {
        "answers": figures.answers,
        "scored": figures.scored,
        "score": figures.score,
        "satisfied": figures.satisfied,
        "unscored": figures.unscored_share,
    }


def _names(gazetteer: Gazetteer, group: Group) -> dict[str, str]:
    nodes = gazetteer.units if group == "unit" else gazetteer.counties
    return {each.code: each.short_name for each in nodes}


def _together(parts: Mapping[str, Chosen]) -> Chosen:
    found: dict[str, dict[str, int]] = {}
    for chosen in parts.values():
        for question, codes in chosen.items():
            into = found.setdefault(question, {})
            for code, count in codes.items():
                into[code] = into.get(code, 0) + count
    return found
