"""
What would go out at a moment: rules, acts and people put together. Reads only; `service.run` writes it.

The same is shown by `items remind --now` and on the office's screen, so a preview is what a run would do.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import SHANGHAI, local, local_day
from core.liaisons import recipients as liaisons
from core.liaisons.kinds import DAILY
from core.liaisons.kinds import Kind as LiaisonKind
from core.outbox.kinds import Kind
from core.outbox.queueing import Message, known_keys
from core.outbox.recipients import Recipient
from core.rectification.models import Item
from core.rectification.notices import Notice, notices_between
from core.rectification.words import IN_HAND, Act, State
from core.reminders import wording
from core.reminders.models import Reminder, ReminderRun
from core.reminders.occasions import ACT_WORDS, ItemFacts, Level, Occasion, occasions
from core.reminders.rules import Rules
from core.workdays.calendar import CLOSES, Workdays

LIAISON = "liaison"
ONLY_ROW = 1
# Acts are read again for so long: one that was written by a slow transaction is not overlooked.
OVERLAP = timedelta(minutes=10)
# How far back acts are told of when the rules are applied for the first time.
FIRST_LOOK = timedelta(hours=1)
NOBODY = "单位没有联络员"


@dataclass(frozen=True, slots=True)
class Planned:
    """A message that would go out. `can_be_pushed` False: it would be listed for a telephone call."""

    message: Message
    liaison_id: int
    code: str
    can_be_pushed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What would happen at `at`. `for_office` are those of `fired` that reach the office.

    `without_liaison`: counties and units for whom something is due and nobody is there.
    """

    at: datetime
    fired: tuple[Occasion, ...]
    messages: tuple[Planned, ...]
    without_liaison: tuple[str, ...]

    @property
    def for_office(self) -> tuple[Occasion, ...]:
        """What is escalated to the office."""
        return tuple(each for each in self.fired if each.level is Level.OFFICE)


def make_plan(session: Session, rules: Rules, workdays: Workdays, now: datetime) -> Plan:
    """What the rules, applied at `now`, would lead to."""
    return _Planner(session, rules, workdays, now).plan()


def effective_time(rules: Rules, workdays: Workdays, asked: datetime) -> datetime:
    """
    When what is due at `asked` really goes out: in working time, and digests not before their hour.

    The moment itself when both are given.
    """
    at = workdays.next_working_time(asked)
    digests = datetime.combine(local_day(at), rules.digest_at, SHANGHAI)
    return max(at, digests) if workdays.is_working_time(digests) else at


class _Planner:
    """Gathers occasions, finds who hears of them, and makes messages."""

    def __init__(self, session: Session, rules: Rules, workdays: Workdays, now: datetime) -> None:
        self._session = session
        self._rules = rules
        self._workdays = workdays
        self._now = now
        self._today = local_day(now)
        self._fired: list[Occasion] = []
        self._messages: list[Planned] = []
        self._without: set[str] = set()

    def plan(self) -> Plan:
        """See `make_plan`."""
        acts = self._acts()
        holding = self._holding() if self._is_digest_time() else []
        numbers = {each.number for each in (*acts, *holding)}
        told = self._told(numbers)
        new_acts = [each for each in acts if _name(each) not in told]
        self._urgent([each for each in new_acts if each.is_urgent])
        calm = [each for each in new_acts if not each.is_urgent] if self._is_digest_time() else []
        self._digests([*holding, *calm], told)
        return Plan(self._now, tuple(self._fired), tuple(self._messages), tuple(sorted(self._without)))

    def _is_digest_time(self) -> bool:
        at_work = self._workdays.any_time or self._workdays.is_working_time(self._now)
        return at_work and local(self._now).time() >= self._rules.digest_at

    # What is there to say ------------------------------------------------------------------------------

    def _acts(self) -> list[Occasion]:
        """What was done and took effect since the log was read last."""
        until = self._session.scalar(select(ReminderRun.acts_until).where(ReminderRun.id == ONLY_ROW))
        after = until - OVERLAP if until else self._now - FIRST_LOOK
        notices = [
            notice
            for notice in notices_between(self._session, after, self._now)
            if self._rules.for_act(notice.act) is not None
        ]
        items = {each.number: each for each in facts_of(self._session, {each.number for each in notices})}
        return [each for notice in notices for each in self._of_act(notice, items[notice.number])]

    def _of_act(self, notice: Notice, item: ItemFacts) -> Iterable[Occasion]:
        rule = self._rules.for_act(notice.act)
        assert rule is not None, "only such notices were taken"
        # An application is for those who verify; the unit itself hears of everything else.
        codes = (notice.county_code,) if notice.act is Act.APPLY else notice.lead_codes
        for code in filter(None, codes):
            yield Occasion(
                rule=rule.id, number=item.number, key=f"act{notice.act_id}", level=Level.UNIT, code=code,
                category=item.category, deadline=item.deadline, words=ACT_WORDS[notice.act],
                is_urgent=rule.is_urgent, urgency=(2, notice.act_id),
            )  # fmt: skip

    def _holding(self) -> list[Occasion]:
        """What the clock says of every item that is in a unit's hands."""
        return [
            each
            for item in facts_of(self._session, None)
            for each in occasions(item, self._rules, self._today, self._workdays)
        ]

    def _told(self, numbers: Collection[int]) -> set[tuple[str, int, str, str, str]]:
        rows = self._session.execute(
            select(
                Reminder.rule, Reminder.item_number, Reminder.occasion, Reminder.level, Reminder.code
            ).where(Reminder.item_number.in_(numbers))
        )
        return {(row.rule, row.item_number, row.occasion, row.level, row.code) for row in rows}

    # Who hears of it -----------------------------------------------------------------------------------

    def _urgent(self, new: Sequence[Occasion]) -> None:
        """At once, one message a person for all that is new in this moment."""
        people = self._people({each.code for each in new}, DAILY)
        for code, said in _by_code(new).items():
            self._fired += said
            if not people[code]:
                self._without.add(code)
                self._fired += [_for_office(each) for each in said]
            first = min(each.key for each in said)
            for person in people[code]:
                self._add(Kind.URGENT, f"urgent:{first}:{person.liaison_id}", person, said, None)

    def _digests(self, holding: Sequence[Occasion], told: set[tuple[str, int, str, str, str]]) -> None:
        """One message a person a day, when there is anything new; it lists all that holds."""
        new = [each for each in holding if _name(each) not in told]
        self._fired += [each for each in new if each.level is Level.OFFICE]
        self._daily(Kind.DIGEST, "digest", DAILY, Level.UNIT, holding, new)
        self._daily(Kind.ESCALATE, "escalate", {LiaisonKind.HEAD}, Level.HEAD, holding, new)

    def _daily(
        self,
        kind: Kind,
        prefix: str,
        to: Collection[LiaisonKind],
        level: Level,
        holding: Sequence[Occasion],
        new: Sequence[Occasion],
    ) -> None:
        new_by_code = _by_code([each for each in new if each.level is level])
        all_by_code = _by_code([each for each in holding if each.level is level])
        people = self._people(new_by_code, to)
        keys = {
            person.liaison_id: f"{prefix}:{person.liaison_id}:{self._today.isoformat()}"
            for each in people.values()
            for person in each
        }
        sent = known_keys(self._session.connection(), list(keys.values()))
        for code, said in new_by_code.items():
            if not people[code]:
                # Without a head, the office hears of it by the rule's next step.
                self._without |= {code} if level is Level.UNIT else set()
            elif not any(keys[person.liaison_id] in sent for person in people[code]):
                self._fired += said
                for person in people[code]:
                    self._add(kind, keys[person.liaison_id], person, all_by_code[code], self._end_of_day())

    def _people(
        self, codes: Collection[str], kinds: Collection[LiaisonKind]
    ) -> Mapping[str, tuple[liaisons.Recipient, ...]]:
        return liaisons.recipients(self._session.connection(), codes, self._today, kinds) if codes else {}

    def _add(
        self,
        kind: Kind,
        key: str,
        person: liaisons.Recipient,
        said: Sequence[Occasion],
        send_before: datetime | None,
    ) -> None:
        message = message_of(kind, key, person, _lines(said), send_before)
        self._messages.append(Planned(message, person.liaison_id, person.subject_code, person.can_be_pushed))

    def _end_of_day(self) -> datetime:
        """After that, tomorrow's digest says it better."""
        if self._workdays.any_time:
            return datetime.combine(self._today + timedelta(days=1), time(), SHANGHAI)
        return datetime.combine(self._today, CLOSES, SHANGHAI)


def message_of(
    kind: Kind,
    key: str,
    person: liaisons.Recipient,
    lines: Sequence[wording.Line],
    send_before: datetime | None,
) -> Message:
    """One message to one person about these items."""
    lines = wording.in_order(lines)
    return Message(
        key=key, kind=kind, to=Recipient(LIAISON, person.liaison_id), about_code=person.subject_code,
        fields=wording.fields(kind, lines), body=wording.body(kind, lines), link=wording.LIST_PATH,
        send_before=send_before,
    )  # fmt: skip


def facts_of(session: Session, numbers: Collection[int] | None) -> list[ItemFacts]:
    """What rules look at, of these items or (None) of all that are in a unit's hands."""
    query = select(
        Item.number, Item.state, Item.lead_code, Item.category, Item.deadline, Item.handed_at,
        Item.claimed_at, Item.measures, Item.progress_at,
    ).order_by(Item.number)  # fmt: skip
    if numbers is None:
        query = query.where(Item.state.in_([state.value for state in IN_HAND]))
    else:
        query = query.where(Item.number.in_(numbers))
    return [
        ItemFacts(
            number=row.number, state=State(row.state), lead_code=row.lead_code, category=row.category,
            deadline=row.deadline, handed_at=row.handed_at, claimed=row.claimed_at is not None,
            has_measures=bool(row.measures), progress_at=row.progress_at,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def _lines(said: Sequence[Occasion]) -> list[wording.Line]:
    return [
        wording.Line(each.number, each.category, each.deadline, each.words, each.urgency) for each in said
    ]


def _name(each: Occasion) -> tuple[str, int, str, str, str]:
    return (each.rule, each.number, each.key, each.level, each.code)


def _by_code(said: Iterable[Occasion]) -> dict[str, list[Occasion]]:
    found: dict[str, list[Occasion]] = defaultdict(list)
    for each in said:
        found[each.code].append(each)
    return dict(found)


def _for_office(each: Occasion) -> Occasion:
    """Nobody of the unit can be told: the office has to know."""
    return Occasion(
        rule=each.rule, number=each.number, key=each.key, level=Level.OFFICE, code=each.code,
        category=each.category, deadline=each.deadline, words=NOBODY, is_urgent=False, urgency=each.urgency,
    )  # fmt: skip
