"""
A round beside earlier ones that asked the same audience, dimension by dimension.

Dimensions belong together by their names: an earlier questionnaire may have had other codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.questionnaires.model import Questionnaire
from core.reports.scope import Scope
from core.results.measures import NOTHING, Measure
from core.results.source import Source
from core.results.tables import Column, Line, Table, Value
from core.results.views import GAP_NOTE, Part, dimensions_of

MAX_EARLIER_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier round that asked the same audience: its name, questionnaire, and scope."""

    name: str
    questionnaire: Questionnaire
    scope: Scope


def rounds(source: Source, part: Part, earlier: Sequence[Earlier], own_name: str) -> Table:
    """This round beside earlier ones, dimension by dimension: those that have the same name."""
    columns = _round_columns("", own_name)
    own, own_total = dimensions_of(source, part)
    before = []
    for number, each in enumerate(earlier[:MAX_EARLIER_ROUNDS]):
        then = replace(part, scope=each.scope, questionnaire=each.questionnaire, dimension="")
        found, total = dimensions_of(source, then)
        by_name = {each.questionnaire.dimensions[code]: figures for code, figures in found.items()}
        before.append((number, by_name, total))
        columns += _round_columns(f"{number}", each.name)
    if before:
        columns.append(Column("gap", "比上一次", "points", "分"))

    def line(code: str, name: str, figures: Measure, then: Sequence[Measure]) -> Line:
        cells: dict[str, Value] = {}
        for number, each in (("", figures), *enumerate(then)):
            cells |= {
                f"score{number}": each.score,
                f"scored{number}": each.scored,
                f"unscored{number}": each.unscored_share,
            }
        last = then[0].score if then else None
        gap = figures.score - last if figures.score is not None and last is not None else None
        return Line(code, name, cells | {"gap": gap})

    names = part.questionnaire.dimensions
    return Table(
        title="和以前几次比",
        head="方面",
        columns=tuple(columns),
        lines=tuple(
            line(code, names[code], figures, [by.get(names[code], NOTHING) for _number, by, _total in before])
            for code, figures in own.items()
        ),
        whole=line("", "总的", own_total, [total for _number, _by, total in before]),
        notes=("按方面的名称对应；题目的问法、计分改过的，不能直接比。", GAP_NOTE) if before else (),
    )


def _round_columns(number: str, name: str) -> list[Column]:
    return [
        Column(f"score{number}", f"{name} 得分", "score"),
        Column(f"scored{number}", f"{name} n", "count"),
        Column(f"unscored{number}", f"{name} 不了解", "share"),
    ]
