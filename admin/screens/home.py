"""The first page: what is to be done today, and how the open rounds stand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g, render_template, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from admin.filters import in_order, questionnaire_title
from admin.item_filters import SAID_NO
from admin.navigation import entries_for
from admin.own_todo import own_todo
from admin.parts import parts
from admin.results_view import with_results
from admin.routes import ANY_STAFF, LOOKERS, Route
from core.ballots.slips import AUDIENCE
from core.ballots.status import status_of
from core.clock import local_day
from core.helpdesk.service import count_waiting, waiting
from core.opinions.asking import proposed_reopenings
from core.opinions.inbox import Wanted, count_opinions
from core.opinions.states import State as OpinionState
from core.outbox.listing import count_waiting_for_people, halts_now
from core.people.reach import EVERYTHING, NOTHING
from core.people.roles import Role
from core.places.gazetteer import Gazetteer
from core.rectification.figures import by_state
from core.rectification.lists import Due, count_items
from core.rectification.lists import Wanted as WantedItems
from core.rectification.words import State
from core.reminders.service import count_escalated
from core.reports.progress import by_questionnaire, since_midnight, under_way
from core.reports.tally import Ended
from core.rounds.catalog import RoundEntry

SHOWN_REQUESTS = 20
# Of more opinions the first page says "so many and more".
MOST_COUNTED = 1000
CLOSES_SOON = timedelta(days=3)
# What the accounts of these roles are tied to.
TIED_TO = {Role.COUNTY: "县区", Role.LIAISON: "县区或单位"}


@dataclass(frozen=True, slots=True)
class Standing:
    """An open round in figures: (id, title, how they ended) for each questionnaire."""

    entry: RoundEntry
    today: Ended
    under_way: int
    questionnaires: tuple[tuple[str, str, Ended], ...]

    @property
    def has_results(self) -> bool:
        """Whether anybody's answers have results that are shown: leaders' ballots alone have none."""
        return bool(with_results(self.entry))

    @property
    def has_places(self) -> bool:
        """Whether the results that open first are about places, with tables of counties and townships."""
        return self.has_results and with_results(self.entry)[0].subject != "unit"

    @property
    def complete(self) -> int:
        """Complete responses to all questionnaires."""
        return sum(ended.complete for _id, _title, ended in self.questionnaires)


NOT_TIED = "办公室还没有说明您的账号是哪个{}的，所以现在什么也看不到。请打办公室电话 {}，说一声就好。"
NOTHING_YET = "您的账号可以用了。电话访问的页面还没有开放，开放以后会列在这里。有问题请打办公室电话 {}。"


def home() -> str:
    """The first page after signing in: the office's day, or what others may do here."""
    return _today() if g.staff.role in LOOKERS else _own()


def _own() -> str:
    """For those who are not the office: what waits for them, and the pages they may open."""
    staff, phone = g.staff, parts().settings.office.phone
    desks = [each for each in entries_for(staff.role) if each.endpoint != "home"]
    problem = ""
    if staff.role in TIED_TO and staff.reach == NOTHING:
        problem = NOT_TIED.format(TIED_TO[staff.role], phone)
    elif not desks:
        problem = NOTHING_YET.format(phone)
    todo: list[tuple[str, str]] | None = None
    if staff.role in TIED_TO and not problem:
        with parts().reading() as connection, Session(bind=connection) as looking:
            todo = own_todo(looking, staff.role, staff.reach, local_day(parts().clock()))
    return render_template("own_home.html", problem=problem, desks=desks, todo=todo)


def _today() -> str:
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
        todo = (
            _todo(catalog.rounds, waits, now)
            + _opinions_todo(connection)
            + _ballots_todo(connection, catalog.rounds, now)
            + _items_todo(connection, now)
            + _sending_todo(connection, now)
        )
    return render_template(
        "home.html",
        standings=standings,
        requests=requests,
        waits=waits,
        todo=todo,
        place_name=_place_name(catalog.gazetteer),
    )


def _standing(connection: Connection, entry: RoundEntry, now: datetime) -> Standing:
    ended = by_questionnaire(connection, entry.id, g.staff.reach)
    return Standing(
        entry,
        since_midnight(connection, entry.id, g.staff.reach, now),
        under_way(connection, entry.id),
        tuple((each.id, questionnaire_title(each), ended.get(each.id, Ended())) for each in in_order(entry)),
    )


def _todo(rounds: tuple[RoundEntry, ...], waits: int, now: datetime) -> list[tuple[str, str]]:
    """
    What wants doing, a sentence each, and where it is done: the name of a page, or an address (it begins with
    `/`), or '' for this page.
    """
    found = []
    if waits:
        found.append((f"{waits}人在等办公室回电话。", ""))
    for entry in rounds:
        if entry.state == "open" and entry.is_over(now):
            found.append((f"“{entry.name}”的时间到了，请关闭它。", "rounds"))
        elif entry.is_open(now) and entry.closes_at - now <= CLOSES_SOON:
            found.append((f"“{entry.name}”快要结束了，看看还有哪些地方交得少。", "rounds"))
    return found


def _opinions_todo(connection: Connection) -> list[tuple[str, str]]:
    """What people said that nobody has looked at yet, or that is to be dealt with."""
    found = []
    for state, words in ((OpinionState.NEW, "还没看"), (OpinionState.TODO, "标了“要办”，还没有转成整改事项")):
        wanted = Wanted(reach=EVERYTHING, state=state.value)
        count = count_opinions(connection, wanted, MOST_COUNTED)
        if count:
            many = f"{count}条以上的" if count == MOST_COUNTED else f"{count}条"
            found.append((f"{many}意见{words}。", url_for("inbox", state=state.value)))
    return found


def _ballots_todo(
    connection: Connection, rounds: tuple[RoundEntry, ...], now: datetime
) -> list[tuple[str, str]]:
    """What the leaders' ballots want: witnesses, paper keyed in, opening; and ballots held back."""
    found = []
    for entry in rounds:
        if AUDIENCE not in entry.questionnaires:
            continue
        status = status_of(connection, entry.id, now)
        name = f"“{entry.name}”的领导评价"
        if status is None:
            found += [(f"{name}还没有投票箱，请定下见证人。", "rounds")] if entry.is_open(now) else []
        elif not status.is_opened and status.is_over:
            if status.paper_open:
                found.append((f"{name}还有{status.paper_open}份纸质的没有录入。", "rounds"))
            elif status.in_urn:
                found.append((f"{name}可以开票了，请约见证人到场。", "rounds"))
            if status.held_back:
                found.append((f"{name}剩下{status.held_back}张不到10张，留着不开。", "rounds"))
    return found


def _items_todo(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """What the office has to decide about rectification items."""
    with Session(bind=connection) as looking:
        to_verify = by_state(looking, EVERYTHING).get(State.AT_OFFICE, 0)
        asked = count_items(looking, WantedItems(due=Due.ASKED), EVERYTHING, local_day(now))
    proposed = len(proposed_reopenings(connection))
    waits: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (to_verify, "申请销号，等办公室核验", {"state": State.AT_OFFICE.value}),
        (asked, "申请延期，等办公室答复", {"due": Due.ASKED.value}),
        (proposed, "群众说没办好，建议重开，请核实", {"said": SAID_NO}),
    )
    return [
        (f"{count}条整改事项{words}。", url_for("items", **narrowed))
        for count, words, narrowed in waits
        if count
    ]


def _sending_todo(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """What the office has to do about reminders."""
    found = [
        ("提醒停着，没有往外发，请看原因。", "outbox")
        for halt in halts_now(connection, now)[:1]
        if halt.is_alarm
    ]
    calls, unsure = count_waiting_for_people(connection)
    if calls:
        found.append((f"{calls}条提醒微信发不到，要打电话。", "outbox"))
    if unsure:
        found.append((f"{unsure}条提醒不确定对方收到没有。", "outbox"))
    with Session(bind=connection) as looking:
        escalated = count_escalated(looking)
    if escalated:
        found.append((f"{escalated}件整改事项升级到办公室，请过问。", "reminders"))
    return found


def _place_name(gazetteer: Gazetteer) -> object:
    return lambda code: gazetteer.full_name(code) or "没说是哪里"


ROUTES = (Route("/", "home", home, ANY_STAFF),)
