"""
What of a turn is counted on the way from a code to the end. Pure; `turn_store` writes it.

It is read off what came in, the person before, and what the desk decided, so the desk need not know of it.
Tokens (`b_…`, `s_…`) are not counted: they stand for one liaison or leader, and a leader must not be seen
coming.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

from core.conversation.desk import Outcome
from core.conversation.incoming import Followed, Left, Scanned
from core.conversation.leads import WHO_OF_SCENE, owner_of
from core.conversation.person import Origin, Person, Run
from core.conversation.records import Erase, Record, ResponseRecord
from core.conversation.side_desk import Dealt
from core.conversation.state import Owner
from core.conversation.visit import Circumstances
from core.conversation.world import World
from core.funnel.events import NO_ROUND, Credit, FunnelEvent, Kind, counted_as
from core.questionnaires.model import Who

_ENDINGS = {"complete": Kind.COMPLETE, "break_off": Kind.BREAK_OFF, "refused": Kind.REFUSED}
UNLINKED_BYTES = 16


def events_of(
    world: World, dealt: Dealt, outcome: Outcome, around: Circumstances, outsider: str
) -> tuple[FunnelEvent, ...]:
    """
    The events of one turn, in the order they happened.

    `dealt` is the person and the delivery as the side desks left them to the questionnaires' desk; `outsider`
    what they are counted under while no round is open.
    """
    now, before, what = around.now, dealt.person, dealt.rest
    events: list[FunnelEvent] = []
    if isinstance(what, Followed | Scanned):
        at_the_door = _arrival(world, what, now)
    elif isinstance(what, Left):
        at_the_door = [(Kind.UNFOLLOW, *_way_in(world, before, now))]
    else:
        at_the_door = []
    for kind, round_id, credit in at_the_door:
        person = _visitor_at(world, round_id, around) if round_id else outsider
        events.append(FunnelEvent(round_id, kind, credit, person, now))
    events += endings_of(world, outcome.records)
    events += _starts(world, before, outcome.person, now)
    return tuple(events)


def endings_of(world: World, records: Sequence[Record]) -> Iterator[FunnelEvent]:
    """One event for each response that was stored."""
    for record in records:
        if isinstance(record, ResponseRecord):
            kind = _ENDINGS.get(record.status, Kind.OTHER)
            at = f"{record.run.goal.questionnaire_id}/{record.last_question}"
            yield _of_run(world, record.run, kind, record.finished_at, at if kind == Kind.BREAK_OFF else "")


def unlinked_by(world: World, records: Sequence[Record], outsider: str) -> dict[str, str]:
    """For who had their data deleted: what they were counted under, and a random word to put in its place."""
    erased = [record for record in records if isinstance(record, Erase)]
    if not erased:
        return {}
    known = zip(world.catalog.rounds, erased[0].accounts, strict=True)
    hashes = [outsider, *(counted_as(entry.account_key, account) for entry, account in known)]
    return {each: secrets.token_hex(UNLINKED_BYTES) for each in hashes}


def _starts(world: World, before: Person, after: Person, now: datetime) -> Iterator[FunnelEvent]:
    """Every run whose consent was given by this turn."""
    begun = {run.number for run in before.open_runs if run.state.stage == "asking"}
    for run in after.open_runs:
        if run.state.stage == "asking" and run.number not in begun:
            yield _of_run(world, run, Kind.START, now)


def _of_run(world: World, run: Run, kind: Kind, at: datetime, question: str = "") -> FunnelEvent:
    round_id = run.goal.round_id
    entry = world.catalog.round(round_id)
    if entry is None:
        raise LookupError(f"round {round_id} is not in the catalog")
    return FunnelEvent(
        round_id, kind, _credit(run.origin), counted_as(entry.account_key, run.account), at, question
    )


def _arrival(world: World, what: Followed | Scanned, now: datetime) -> list[tuple[Kind, int, Credit]]:
    scene = what.scene
    if scene is not None and scene.kind not in WHO_OF_SCENE:
        return []
    owner = owner_of(world.gazetteer, scene) if scene else None
    if scene is not None and owner is not None:
        form = world.form_for(WHO_OF_SCENE[scene.kind], now)
        round_id = form.round_id if form is not None and form.is_open(now) else NO_ROUND
        credit = _credit_of(owner, scene.raw)
    else:
        round_id = _round_now(world, now)
        credit = Credit.of_nobody(what.raw) if what.raw else Credit()
    kinds = [Kind.SCAN] if what.raw or isinstance(what, Scanned) else []
    if isinstance(what, Followed):
        kinds.append(Kind.FOLLOW)
    return [(kind, round_id, credit) for kind in kinds]


def _way_in(world: World, person: Person, now: datetime) -> tuple[int, Credit]:
    """The round somebody who leaves was last in, and the code that led them there."""
    if person.open_runs:
        goal = person.open_runs[0].goal
    elif person.done:
        goal = person.done[-1].goal
    else:
        return _round_now(world, now), Credit()
    entry = world.catalog.round(goal.round_id)
    if entry is None or entry.is_over(now):
        return _round_now(world, now), Credit()
    origin = person.origins.get(goal.key)
    return goal.round_id, _credit(origin) if origin else Credit()


def _round_now(world: World, now: datetime) -> int:
    """Where what leads nowhere is counted: the residents' open round, else any that is open."""
    audiences: tuple[Who, ...] = ("residents", "service_users")
    for who in audiences:
        form = world.form_for(who, now)
        if form is not None and form.is_open(now):
            return form.round_id
    return NO_ROUND


def _visitor_at(world: World, round_id: int, around: Circumstances) -> str:
    entry = world.catalog.round(round_id)
    if entry is None:
        raise LookupError(f"round {round_id} is not in the catalog")
    return counted_as(entry.account_key, around.account_of(round_id))


def _credit(origin: Origin) -> Credit:
    return _credit_of(origin.owner, origin.raw)


def _credit_of(owner: Owner, raw: str) -> Credit:
    if owner.kind == "place":
        return Credit.of_place(owner.code, raw)
    return Credit.of_unit(owner.code, raw) if owner.kind == "unit" else Credit()
