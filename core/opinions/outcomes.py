"""
Telling people what became of what they said, if they asked for it: from the inbox into their own row.

The worker looks at the wishes that are not settled, and writes what changed into the person's row, under its
lock; the person hears of it with whatever they write next (`core.conversation.wishes`). So no turn reads more
than before. Where a push is possible it is handed over in the same transaction (`Push`), else nothing is
sent.

The sealed openid serves the push and nothing else: it is emptied once the outcome is known, or when the push
is over that it was handed over for (`pushing`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, or_, select, update

from core.conversation.keeping import from_text, to_text
from core.conversation.models import Conversation
from core.conversation.turn_store import store_for
from core.conversation.wishes import with_outcome
from core.opinions.handing import became, is_closed
from core.opinions.models import WISH, Opinion, OutcomeWish
from core.opinions.states import State
from core.outbox.queueing import withdraw_from

BATCH = 200
# Nobody needs to be reachable for longer, whatever the office has or has not done.
KEEP_OPENID = timedelta(days=365)
# A push that has not left by then is of no more use; the outcome is told when they next write.
KEEP_FOR_PUSH = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Stand:
    """How it stands: waiting, handed, done or nothing, and the code of the county or unit, '' for none."""

    state: str
    by: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will come of it, as far as is known."""
        return self.state in ("done", "nothing")


@dataclass(frozen=True, slots=True)
class Push:
    """
    An outcome that may be pushed: which response it is about, when it was said, how it stands since `at`.

    `by_name`: the short name of the county or unit, '' for none. The openid stays where it is, in the wish.
    """

    response_id: int
    said_at: datetime
    stand: Stand
    by_name: str
    at: datetime


# Hands a push to whoever sends, in the caller's transaction, and says whether it will be sent: then the
# openid is kept for it a while. False where no granted template fits.
HandOver = Callable[[Connection, Push], bool]


def no_push(_connection: Connection, _push: Push) -> bool:
    """Nothing can be pushed: the outcome is told when the person next writes."""
    return False


def carry_outcomes(
    engine: Engine, names: Mapping[str, str], now: datetime, hand_over: HandOver = no_push
) -> int:
    """
    Put what has changed into the rows of those who want to hear of it; how many wishes that concerned.

    `names`: short names of counties and units by code. Doing it twice changes nothing.
    """
    carried, last = 0, 0
    while True:
        with engine.connect().execution_options(read_only=True) as connection:
            wishes = connection.execute(_open_wishes(last)).all()
            changed = _changed(wishes, stands_of(connection, [wish.response_id for wish in wishes]))
        if not wishes:
            return carried
        last = wishes[-1].response_id
        if changed:
            with engine.begin() as connection:
                carried += _carry(connection, changed, names, now, hand_over)


def forget_openids(engine: Engine, now: datetime) -> int:
    """Empty the openids whose push has had its time, and those that were kept for a year; how many."""
    with engine.begin() as connection:
        is_over = or_(OutcomeWish.wished_at < now - KEEP_OPENID, OutcomeWish.settled_at < now - KEEP_FOR_PUSH)
        old = update(OutcomeWish).where(OutcomeWish.openid.is_not(None), is_over)
        return connection.execute(old.values(openid=None)).rowcount


def stands_of(connection: Connection, response_ids: Collection[int]) -> dict[int, Stand]:
    """
    How it stands with what was said in these responses; those whose opinions are not in yet are left out.
    """
    if not response_ids:
        return {}
    root = Opinion.__table__.alias("root")
    rows = connection.execute(
        select(
            Opinion.response_id,
            root.c.state,
            root.c.item_number,
        )
        .join(root, root.c.id == func.coalesce(Opinion.merged_into, Opinion.id))
        .where(Opinion.response_id.in_(response_ids))
        .order_by(Opinion.response_id, Opinion.id)
    ).all()
    items = became(connection, {row.item_number for row in rows if row.item_number is not None})
    by_response: dict[int, list[Stand]] = defaultdict(list)
    for row in rows:
        parts = items.get(row.item_number, ())
        by_response[row.response_id].append(_stand(State(row.state), parts))
    return {response_id: _together(stands) for response_id, stands in by_response.items()}


def _stand(state: State, parts: Sequence[Any]) -> Stand:
    by = parts[0].lead_code if parts else ""
    if parts:
        return Stand("done" if is_closed(parts) else "handed", by)
    return {State.DONE: Stand("done"), State.NOTHING: Stand("nothing")}.get(state, Stand("waiting"))


def _together(stands: Sequence[Stand]) -> Stand:
    """Of several opinions of one response: settled when all are, and what was done speaks first."""
    order = ("handed", "waiting") if any(not each.is_settled for each in stands) else ("done", "nothing")
    for state in order:
        found = [each for each in stands if each.state == state]
        if found:
            return next((each for each in found if each.by), found[0])
    raise AssertionError(f"no stand among {stands}")


def _open_wishes(after: int) -> Any:
    return (
        select(OutcomeWish.__table__)
        .where(OutcomeWish.response_id > after, OutcomeWish.told_at.is_(None))
        .order_by(OutcomeWish.response_id)
        .limit(BATCH)
    )


def _changed(wishes: Sequence[Any], stands: Mapping[int, Stand]) -> dict[str, list[tuple[Any, Stand]]]:
    """By person: the wishes that stand otherwise than their rows say."""
    found: dict[str, list[tuple[Any, Stand]]] = defaultdict(list)
    for wish in wishes:
        stand = stands.get(wish.response_id)
        if stand is not None and (stand.state, stand.by) != (wish.state, wish.by):
            found[wish.person].append((wish, stand))
    return found


def _carry(
    connection: Connection,
    changed: Mapping[str, Sequence[tuple[Any, Stand]]],
    names: Mapping[str, str],
    now: datetime,
    hand_over: HandOver,
) -> int:
    locked = store_for(connection.dialect.name).load(connection, sorted(changed), [], []).persons
    rows, carried = [], 0
    for key, wishes in changed.items():
        row = locked.get(key)
        person = from_text(row.state) if row else None
        for wish, stand in wishes:
            values: dict[str, Any] = {"state": stand.state, "by": stand.by}
            by_name = names.get(stand.by, "")
            if person is not None:
                person = with_outcome(person, wish.response_id, stand.state, by_name)
            values["settled_at"] = now if stand.is_settled else None
            if wish.settled_at is not None:
                # What has not left yet says what is no longer so.
                withdraw_from(connection, WISH, [wish.response_id], now)
            if stand.is_settled and wish.openid is not None:
                push = Push(wish.response_id, wish.wished_at, stand, by_name, now)
                if not hand_over(connection, push):
                    values["openid"] = None
            mine = (OutcomeWish.response_id == wish.response_id, OutcomeWish.told_at.is_(None))
            carried += connection.execute(update(OutcomeWish).where(*mine).values(values)).rowcount
        if person is not None:
            rows.append({"key": key, "text": to_text(person)})
    if rows:
        # `updated_at` stays: it says when the person was last heard, and the worker is not the person.
        connection.execute(
            update(Conversation)
            .where(Conversation.person == bindparam("key"))
            .values(state=bindparam("text"))
            .execution_options(synchronize_session=False),
            rows,
        )
    return carried
