"""结果: choosing what to look at, and every view of it: table, chart, where the figures come from."""

from dataclasses import dataclass, replace
from datetime import date

from flask import g, render_template, request
from sqlalchemy import Connection

from admin.filters import in_order, judges_units, questionnaire_title, read_choice, read_round
from admin.parts import parts
from admin.results_charts import can_be_drawn, charts_of
from admin.results_findings import findings_of, said_about
from admin.results_view import (
    VIEWS,
    NotYours,
    ResultsView,
    earlier_rounds,
    read_results,
    table_of,
    with_results,
)
from admin.routes import RESULT_READERS, Route
from admin.words import day_of, weekday
from core.people.reach import NOTHING, Reach
from core.questionnaires.model import Answerable, Questionnaire, Rating
from core.reports import tally
from core.reports.figures import QuestionFigures
from core.reports.imprint import SELF_SELECTED, Imprint, imprint_of
from core.reports.scope import Scope
from core.reports.tally import Ended
from core.results.measures import Measure
from core.results.source import Live
from core.results.tables import Line, Table
from core.results.views import Part, headline, question
from core.rounds.catalog import Catalog, RoundEntry

ORDERS = ("asc", "desc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One view with all that stands on its page, of one moment."""

    view: ResultsView
    title: str
    table: Table
    figures: Measure
    ended: Ended
    imprint: Imprint
    question: QuestionFigures | None
    channels: list[str]


def index() -> str:
    """Which results there are: each round's questionnaires with their figures."""
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        source = Live(connection, parts().clock())
        rounds = [
            (entry, [(each, _standing(source, entry, each, catalog)) for each in with_results(entry)])
            for entry in sorted(catalog.rounds, key=lambda each: each.opens_at, reverse=True)
        ]
    leaders = {entry.id for entry, _rows in rounds if len(in_order(entry)) > len(with_results(entry))}
    return render_template(
        "results_index.html", rounds=rounds, leaders=leaders, is_nothing=g.staff.reach == NOTHING
    )


def show(round_id: int, view: str) -> str:
    """One view."""
    sort = request.args.get("sort", "")
    order = read_choice(request.args, "order", ORDERS, "顺序") or "desc"
    with parts().reading() as connection:
        shown = shown_of(connection, round_id, view)
        table = shown.table
        if sort:
            keys = ["name", *(column.key for column in table.columns)]
            read_choice(request.args, "sort", keys, "排序")
            table = replace(table, lines=table.sorted_by(sort, descending=order == "desc"))
        elif view == "days":
            table = replace(table, lines=table.lines[::-1])
    return render_template(
        "results.html",
        it=shown,
        view=shown.view,
        table=table,
        charts=charts_of(shown.view, shown.table),
        has_picture=can_be_drawn(shown.table),
        findings=findings_of(shown.view, shown.table),
        said_about=said_about(shown.view, shown.table),
        sort=sort,
        order=order,
        leads_to=lambda line: _leads_to(shown.view, line),
        asked=[each for each in shown.view.questionnaire.walk() if isinstance(each, Answerable)],
        self_selected=SELF_SELECTED,
        titles=VIEWS,
        day_words=lambda code: f"{day_of(date.fromisoformat(code))}（{weekday(date.fromisoformat(code))}）",
        questionnaires=with_results(shown.view.round),
        can_be_about_units=judges_units(shown.view.questionnaire),
    )


def shown_of(connection: Connection, round_id: int, view: str) -> Shown:
    """What this request asks for, read on one connection."""
    catalog = parts().catalog(connection)
    entry = read_round(catalog, round_id)
    reach: Reach = g.staff.reach
    wanted = request.args.get("questionnaire", "")
    channels = tally.channels(connection, Scope(round_id=entry.id, reach=reach, questionnaire_id=wanted))
    found = read_results(catalog, reach, round_id, view, request.args, channels)
    if found.view not in found.offered:
        raise NotYours(f"这个范围里没有“{view}”这一页。请回到“结果”，从那里选。")
    source = Live(connection, parts().clock())
    table = table_of(source, found, earlier_rounds(catalog, found))
    asked = None
    if found.view == "question":
        asked, table = question(source, found.part, is_hidden=found.is_personal_below_county)
    figures, ended, aside = headline(source, found.part)
    title = questionnaire_title(found.questionnaire, found.unit)
    return Shown(
        view=found,
        title=title,
        table=table,
        figures=figures,
        ended=ended,
        question=asked,
        channels=[
            each for each in found.questionnaire.audience.channels if each in {*channels, found.channel}
        ],
        imprint=imprint_of(
            table.printed(),
            found.questionnaire,
            title=title,
            round_name=entry.name,
            filter_words=found.filter_words,
            link=found.link,
            n=ended.complete,
            set_aside=aside,
            with_set_aside=found.with_set_aside,
            at=source.at,
            channels=[found.channel],
        ),
    )


def _standing(
    source: Live, entry: RoundEntry, each: Questionnaire, catalog: Catalog
) -> tuple[Measure, str] | None:
    """
    A questionnaire's figures within the account's reach, and the channel they came through ('' for none);
    None where that is nothing.
    """
    reach: Reach = g.staff.reach
    if reach == NOTHING:
        return None
    scope = Scope(
        round_id=entry.id,
        reach=reach,
        questionnaire_id=each.id,
        place_code=reach.county_code,
        unit_code=reach.unit_code,
    )
    found = tally.channels(source.connection, scope)
    if not found:
        return Measure(), ""
    part = Part(scope=replace(scope, channel=found[0]), questionnaire=each, gazetteer=catalog.gazetteer)
    return headline(source, part)[0], found[0]


def _leads_to(view: ResultsView, line: Line) -> tuple[str, dict[str, str]] | None:
    """The view below a line, and what it sets in the address; None where a line leads nowhere."""
    if not line.code:
        return None
    if view.view == "townships" or (view.view == "heat" and view.county):
        return "whole", {"township": line.code}
    if view.view in ("counties", "heat"):
        return "whole", {"county": line.code}
    if view.view == "units":
        return "whole", {"unit": line.code}
    if view.view in ("whole", "rounds"):
        first = next(
            each.id
            for each in view.questionnaire.walk()
            if isinstance(each, Rating) and each.dimension == line.code
        )
        return "question", {"question": first}
    return None


ROUTES = (
    Route("/results", "results_index", index, RESULT_READERS),
    Route("/results/<int:round_id>/<view>", "results", show, RESULT_READERS),
)
