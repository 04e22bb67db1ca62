"""What stands out in a view of results, in sentences; and where to read what people said about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from admin.results_view import ResultsView
from core.questionnaires.model import Rating
from core.reports.opinions import open_questions
from core.results import findings
from core.results.findings import Finding
from core.results.tables import Table


@dataclass(frozen=True, slots=True)
class SaidAbout:
    """A link to what people said: its words, and what narrows the list."""

    words: str
    args: Mapping[str, str]


def findings_of(view: ResultsView, table: Table) -> tuple[Finding, ...]:
    """The sentences of a view's table; () for a question, whose chart says it all."""
    if view.view == "whole":
        return findings.of_dimensions(table)
    if view.view in ("counties", "townships", "units"):
        return findings.of_places(table, view.least_n)
    if view.view == "heat":
        return findings.of_cells(table, view.least_n)
    if view.view == "days":
        return findings.of_days(table)
    return findings.of_rounds(table) if view.view == "rounds" else ()


def said_about(view: ResultsView, table: Table) -> tuple[SaidAbout, ...]:
    """What people said here: about the dimension whose 得分 is lowest or that is looked at, and about all."""
    if view.view not in ("whole", "question"):
        return ()
    asked = open_questions(view.questionnaire)
    if not asked:
        return ()
    here = {"questionnaire": view.questionnaire.id}
    for name, node in (("county", view.county), ("township", view.township), ("unit", view.unit)):
        here |= {name: node.code} if node else {}
    having = {code for each in asked for code in each.dimensions}
    found = [
        SaidAbout(f"大家对“{view.questionnaire.dimensions[code]}”说了什么", here | {"dimension": code})
        for code in _about(view, table)
        if code in having
    ]
    return (*found, SaidAbout("大家说了什么", here))


def _about(view: ResultsView, table: Table) -> tuple[str, ...]:
    if view.view == "whole":
        return tuple(line.code for line in findings.lowest(table))
    asked = next(each for each in view.questionnaire.walk() if each.id == view.question)
    return (asked.dimension,) if isinstance(asked, Rating) else ()
