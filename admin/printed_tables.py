"""
The table that a printed address stands for, so that it can be counted anew: a view of results, all questions
on one page, or the summary of an export.

Knows nothing of requests: the command reads an address with the same words as the pages do, for eyes that see
everything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from admin.error_pages import BadFilter
from admin.filters import read_choice, read_days, read_view
from admin.results_view import earlier_rounds, read_results, table_of
from admin.routes import PREFIX
from core.exports.summary import summary_table
from core.exports.wishes import Wish, order
from core.people.reach import EVERYTHING
from core.questionnaires.model import Questionnaire
from core.reports import tally
from core.reports.scope import Scope
from core.responses.channels import CHANNEL_WORDS
from core.results.questions import questions
from core.results.source import AsOf
from core.results.tables import Table
from core.results.views import Part
from core.rounds.catalog import Catalog

MAX_LINK_CHARS = 2_000
Args = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What an address stands for, counted as of a moment. `words`: round and part."""

    words: str
    questionnaire: Questionnaire
    table: Table


def recomputed(catalog: Catalog, link: str, source: AsOf) -> Named:
    """
    The table of an address (with or without the server's name) from the raw answers of the source's moment.

    BadFilter when no table is printed with such an address; NotFound and others as the page says them.
    """
    round_id, page, args = _read_link(link)
    if page == "answers":
        return _of_answers(catalog, round_id, args, source)
    if page == "export":
        return _of_export(catalog, round_id, args, source)
    channels = tally.channels(source.connection, Scope(round_id=round_id, reach=EVERYTHING))
    view = read_results(catalog, EVERYTHING, round_id, page, args, channels)
    table = table_of(source, view, earlier_rounds(catalog, view))
    return Named(f"{view.round.name} · {view.filter_words}", view.questionnaire, table)


def _of_answers(catalog: Catalog, round_id: int, args: Args, source: AsOf) -> Named:
    view = read_view(catalog, round_id, args, one_questionnaire=True, reach=EVERYTHING)
    assert view.questionnaire is not None, "one was asked for"
    part = Part(scope=view.scope, questionnaire=view.questionnaire, gazetteer=view.gazetteer)
    words = f"{view.round.name} · {view.where} · {view.aside_words}"
    return Named(words, view.questionnaire, questions(source, part))


def _of_export(catalog: Catalog, round_id: int, args: Args, source: AsOf) -> Named:
    since, until = read_days(args)
    wish = Wish(
        round_id=round_id,
        file_format="xlsx",
        questionnaire_id=args.get("questionnaire", ""),
        since=since,
        until=until,
        place_code=args.get("place", ""),
        unit_code=args.get("unit", ""),
    )
    ordered = order(source.connection, wish)
    questionnaire = ordered.questionnaires[0]
    channel = read_choice(args, "channel", CHANNEL_WORDS, "渠道")
    of_days = replace(source, since=since, until=until)
    words = f"{ordered.round_name} · {ordered.part}"
    return Named(words, questionnaire, summary_table(of_days, ordered, questionnaire, channel))


def _read_link(link: str) -> tuple[int, str, dict[str, str]]:
    """The round, the page or view, and the arguments."""
    wrong = BadFilter(
        "这不是印在表下面的网址。请从“网址”那一行照抄，例：/admin/results/1/counties?questionnaire=…"
    )
    try:
        address = urlsplit(link.strip()[: MAX_LINK_CHARS + 1])
    except ValueError:
        raise wrong from None
    found = re.fullmatch(rf"{PREFIX}/(results|rounds)/([0-9]{{1,9}})/([a-z]+)", address.path)
    if found is None or len(link) > MAX_LINK_CHARS:
        raise wrong
    kind, number, page = found.groups()
    if (kind == "rounds") != (page in ("answers", "export")):
        raise wrong
    return int(number), page, dict(parse_qsl(address.query))
