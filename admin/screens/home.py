"""The first page: what is to be done today, and how the open rounds stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template
from sqlalchemy import Connection

from admin.filters import in_order, questionnaire_title
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.helpdesk.service import count_waiting, waiting
from core.places.gazetteer import Gazetteer
from core.reports.progress import Ended, by_questionnaire, since_midnight, under_way
from core.rounds.catalog import RoundEntry

SHOWN_REQUESTS = 20
CLOSES_SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open round in figures: (id, title, how they ended) for each questionnaire."""

    entry: RoundEntry
    today: Ended
    under_way: int
    questionnaires: tuple[tuple[str, str, Ended], ...]

    @property
    def complete(self) -> int:
        """Complete responses to all questionnaires."""
        return sum(ended.complete for _id, _title, ended in self.questionnaires)


def home() -> str:
    """What is to be done today."""
    now = parts().clock()
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        standings = [
            _standing(connection, entry, now)
            for entry in catalog.rounds
            if entry.state == "open" and not entry.is_over(now)
        ]
        requests = waiting(connection, parts().keys, SHOWN_REQUESTS)
        waits = count_waiting(connection)
    return render_template(
        "home.html",
        standings=standings,
        requests=requests,
        waits=waits,
        todo=_todo(catalog.rounds, waits, now),
        place_name=_place_name(catalog.gazetteer),
    )


def _standing(connection: Connection, entry: RoundEntry, now: datetime) -> Standing:
    ended = by_questionnaire(connection, entry.id)
    return Standing(
        entry,
        since_midnight(connection, entry.id, now),
        under_way(connection, entry.id),
        tuple((each.id, questionnaire_title(each), ended.get(each.id, Ended())) for each in in_order(entry)),
    )


def _todo(rounds: tuple[RoundEntry, ...], waits: int, now: datetime) -> list[tuple[str, str]]:
    """What wants doing, a sentence each, and the name of the page where it is done ('' when on this one)."""
    found = []
    if waits:
        found.append((f"{waits}人在等办公室回电话。", ""))
    for entry in rounds:
        if entry.state == "open" and entry.is_over(now):
            found.append((f"“{entry.name}”的时间到了，请关闭它。", "rounds"))
        elif entry.is_open(now) and entry.closes_at - now <= CLOSES_SOON:
            found.append((f"“{entry.name}”快要结束了，看看还有哪些地方交得少。", "rounds"))
    return found


def _place_name(gazetteer: Gazetteer) -> object:
    return lambda code: gazetteer.full_name(code) or "没说是哪里"


ROUTES = (Route("/", "home", home, LOOKERS),)
