"""
How an item stands, and what each act makes of that. Pure: no database, no clock, nobody's rights.

The log is the truth. `replay` makes an item's standing out of its acts, and the service keeps the same in the
table `item`; a test drives any acts in any order and compares the two.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from core.clock import local_day
from core.rectification.details import Details, Facts
from core.rectification.words import Act, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An item without its number; the fields are those of the table `item`, and who assists."""

    state: State
    lead_code: str
    text: str
    category: str
    source: str
    first_deadline: date
    deadline: date
    handed_at: datetime
    moved_at: datetime
    assist: tuple[str, ...] = ()
    source_number: str | None = None
    origin: str = ""
    county_first: bool = False
    measures: str = ""
    percent: int = 0
    asked_until: date | None = None
    why: str = ""
    why_words: str = ""
    applied_on: date | None = None
    done_on: date | None = None
    split_from: int | None = None
    merged_into: int | None = None
    claimed_at: datetime | None = None
    measures_at: datetime | None = None
    progress_at: datetime | None = None
    returned_at: datetime | None = None

    @property
    def is_led_by_county(self) -> bool:
        """Counties have codes of digits alone; a unit's code holds a letter (`core.places.lists`)."""
        return self.lead_code.isdigit()


@dataclass(frozen=True, slots=True)
class Done:
    """One row of the log, as replaying needs it. `withdraws`: the number of the act it takes back."""

    id: int
    act: Act
    details: Details
    at: datetime
    withdraws: int | None = None


class LogBroken(RuntimeError):
    """An item's log does not begin with its being handed out. Nothing of ours writes such a log."""


def replay(log: Iterable[Done]) -> Standing:
    """How the item stands after these acts, in the order of their numbers."""
    rows = list(log)
    withdrawn = {row.withdraws for row in rows}
    standing: Standing | None = None
    for row in rows:
        if row.withdraws is None and row.id not in withdrawn:
            standing = after(standing, row.act, row.details, row.at)
    if standing is None:
        raise LogBroken("a log without a beginning")
    return standing


def after(standing: Standing | None, act: Act, details: Details, at: datetime) -> Standing:
    """How an item stands after an act; `standing` is None for the act that makes it."""
    if standing is None:
        if act not in (Act.ASSIGN, Act.LOAD) or details.facts is None:
            raise LogBroken(f"a log that begins with {act}")
        return _made(details.facts, at)
    step = _STEPS.get(act)
    changed = step(standing, details, at) if step else standing
    return changed if changed.state is standing.state else replace(changed, moved_at=at)


def _made(facts: Facts, at: datetime) -> Standing:
    said = facts.said
    state = said.pop("state", State.ASSIGNED)
    said.setdefault("deadline", said["first_deadline"])
    return Standing(
        state=state,
        handed_at=at,
        moved_at=at,
        claimed_at=None if state is State.ASSIGNED else at,
        percent=100 if state is State.CLOSED else 0,
        **said,
    )


# What each act changes. An act that is not here (督办, 调研, …) only speaks in the timeline. -------


def _claim(standing: Standing, _details: Details, at: datetime) -> Standing:
    return replace(standing, state=State.WORKING, claimed_at=at)


def _measures(standing: Standing, details: Details, at: datetime) -> Standing:
    return replace(standing, measures=details.text, measures_at=at)


def _progress(standing: Standing, details: Details, at: datetime) -> Standing:
    percent = standing.percent if details.percent is None else details.percent
    return replace(standing, percent=percent, progress_at=at)


def _apply(standing: Standing, _details: Details, at: datetime) -> Standing:
    to_county = standing.county_first and standing.is_led_by_county
    state = State.AT_COUNTY if to_county else State.AT_OFFICE
    return replace(standing, state=state, applied_on=local_day(at), asked_until=None)


def _recall(standing: Standing, _details: Details, _at: datetime) -> Standing:
    return replace(standing, state=State.WORKING, applied_on=None)


def _pass(standing: Standing, _details: Details, _at: datetime) -> Standing:
    return replace(standing, state=State.AT_OFFICE)


def _close(standing: Standing, _details: Details, at: datetime) -> Standing:
    return replace(standing, state=State.CLOSED, done_on=standing.applied_on or local_day(at), percent=100)


def _return(standing: Standing, _details: Details, at: datetime) -> Standing:
    return replace(standing, state=State.RETURNED, applied_on=None, returned_at=at)


def _ask_extension(standing: Standing, details: Details, _at: datetime) -> Standing:
    why = details.why.value if details.why else ""
    return replace(standing, asked_until=details.until, why=why, why_words=details.text)


def _grant_extension(standing: Standing, details: Details, _at: datetime) -> Standing:
    return replace(
        standing, deadline=details.until or standing.asked_until or standing.deadline, asked_until=None
    )


def _refuse_extension(standing: Standing, _details: Details, _at: datetime) -> Standing:
    return replace(standing, asked_until=None)


def _transfer(standing: Standing, details: Details, at: datetime) -> Standing:
    return replace(
        standing,
        state=State.ASSIGNED,
        lead_code=details.code,
        assist=tuple(code for code in standing.assist if code != details.code),
        deadline=details.until or standing.deadline,
        county_first=standing.county_first and details.code.isdigit(),
        measures="",
        percent=0,
        asked_until=None,
        handed_at=at,
        claimed_at=None,
        measures_at=None,
        progress_at=None,
        returned_at=None,
    )


def _assist(standing: Standing, details: Details, _at: datetime) -> Standing:
    return replace(standing, assist=details.codes)


def _reopen(standing: Standing, details: Details, at: datetime) -> Standing:
    return replace(
        standing,
        state=State.WORKING,
        deadline=details.until or standing.deadline,
        applied_on=None,
        done_on=None,
        merged_into=None,
        returned_at=at,
        claimed_at=standing.claimed_at or at,
        percent=0 if standing.state is State.CLOSED else standing.percent,
    )


def _county_first(standing: Standing, _details: Details, _at: datetime) -> Standing:
    return replace(standing, county_first=True)


def _office_only(standing: Standing, _details: Details, _at: datetime) -> Standing:
    return replace(standing, county_first=False)


def _split(standing: Standing, _details: Details, _at: datetime) -> Standing:
    return replace(standing, state=State.SPLIT, asked_until=None)


def _merge(standing: Standing, details: Details, _at: datetime) -> Standing:
    return replace(standing, state=State.MERGED, merged_into=details.numbers[0], asked_until=None)


def _absorb(standing: Standing, details: Details, _at: datetime) -> Standing:
    return replace(standing, assist=details.codes)


def _correct(standing: Standing, details: Details, at: datetime) -> Standing:
    said = details.facts.said if details.facts else {}
    corrected = replace(standing, **said)
    if "first_deadline" in said and "deadline" not in said and standing.deadline == standing.first_deadline:
        corrected = replace(corrected, deadline=corrected.first_deadline)
    if corrected.state is standing.state:
        return corrected
    if corrected.state is State.CLOSED:
        return replace(corrected, percent=100, asked_until=None, claimed_at=corrected.claimed_at or at)
    if corrected.state is State.ASSIGNED:
        return replace(corrected, claimed_at=None, done_on=None, applied_on=None)
    return replace(corrected, claimed_at=corrected.claimed_at or at, done_on=None, applied_on=None)


_STEPS: Mapping[Act, Callable[[Standing, Details, datetime], Standing]] = MappingProxyType(
    {
        Act.CLAIM: _claim,
        Act.MEASURES: _measures,
        Act.PROGRESS: _progress,
        Act.APPLY: _apply,
        Act.RECALL: _recall,
        Act.PASS: _pass,
        Act.CLOSE: _close,
        Act.RETURN: _return,
        Act.ASK_EXTENSION: _ask_extension,
        Act.GRANT_EXTENSION: _grant_extension,
        Act.REFUSE_EXTENSION: _refuse_extension,
        Act.TRANSFER: _transfer,
        Act.ASSIST: _assist,
        Act.REOPEN: _reopen,
        Act.COUNTY_FIRST: _county_first,
        Act.OFFICE_ONLY: _office_only,
        Act.SPLIT: _split,
        Act.MERGE: _merge,
        Act.ABSORB: _absorb,
        Act.CORRECT: _correct,
    }
)
