"""
Pushing an outcome to whoever asked for it: from the wish into the outbox, and where the outbox finds them.

Only by a template the account was granted for it (`fits`); without one nothing is pushed, and they are told
with whatever they write next. They are told so in any case, so a push that does not arrive costs nothing:
nobody is telephoned. The openid goes as soon as the outbox has no more use for it.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, Engine, exists, select, update

from core.clock import day_in_words, local_day
from core.opinions.models import WISH, OutcomeWish
from core.opinions.outcomes import KEEP_FOR_PUSH, Push
from core.outbox.kinds import Kind
from core.outbox.models import OutboxMessage
from core.outbox.queueing import Message, queue
from core.outbox.recipients import Address, Recipient
from core.outbox.states import WAITING, State
from core.people.keys import KeyRing

# While a message stands so, it may still need the openid: a person may send it again.
# Receipts come within seconds; a platform in trouble may be late by hours.
MARKS_STAY = timedelta(days=1)
IN_USE = WAITING | {State.UNSURE}
NOBODY = "办公室"
RESULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"done": ("已办好", "说的事办好了"), "nothing": ("已看过", "说的事我们看过了")}
)
BODIES: Mapping[str, str] = MappingProxyType(
    {
        "done": "您{day}说的事有结果了：{by}已经办好。要是没办好，请在这里回复“人工”告诉我们。",
        "nothing": "您{day}说的事我们看过了，这次没有另外安排去办。要再说说，请在这里回复“人工”。",
    }
)


class OutcomePushes:
    """The `HandOver` into the outbox. `fits`: whether a granted template takes these values."""

    def __init__(self, fits: Callable[[Mapping[str, str]], bool]) -> None:
        self._fits = fits

    def __call__(self, connection: Connection, push: Push) -> bool:
        """Queue it; False, and nothing is written, where no template fits."""
        fields = fields_of_push(push)
        if not self._fits(fields):
            return False
        message = Message(
            key=f"outcome:{push.response_id}:{int(push.at.timestamp())}",
            kind=Kind.OUTCOME,
            to=Recipient(WISH, push.response_id),
            about_code=push.stand.by,
            fields=fields,
            body=BODIES[push.stand.state].format(day=_day(push), by=push.by_name or NOBODY),
            send_before=push.at + KEEP_FOR_PUSH,
        )
        queue(connection, [message], push.at)
        return True


def fields_of_push(push: Push) -> dict[str, str]:
    """For the template."""
    result, words = RESULTS[push.stand.state]
    return {
        "summary": f"您{_day(push)}{words}",
        "result": result,
        "by": push.by_name or NOBODY,
        "said": local_day(push.said_at).isoformat(),
    }


def _day(push: Push) -> str:
    return day_in_words(push.said_at, push.at)


class WishAddresses:
    """Where those who wish to hear are reached; see `core.outbox.recipients.Recipients`."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def find(
        self, connection: Connection, wanted: Collection[Recipient], now: datetime
    ) -> Mapping[Recipient, Address]:
        """See `Recipients`. Whoever leaves the account loses the openid here, so all of them follow."""
        ids = [each.id for each in wanted if each.kind == WISH]
        rows = connection.execute(
            select(OutcomeWish.response_id, OutcomeWish.openid)
            .where(OutcomeWish.response_id.in_(ids), OutcomeWish.openid.is_not(None))
            .where(OutcomeWish.told_at.is_(None))
        )
        return {
            Recipient(WISH, row.response_id): Address(self._keys.unwrap(row.openid).decode(), True, None)
            for row in rows
        }

    def mark_unfollowed(self, connection: Connection, recipient: Recipient, now: datetime) -> None:
        """They do not follow: the openid serves nothing."""
        mine = update(OutcomeWish).where(OutcomeWish.response_id == recipient.id)
        connection.execute(mine.values(openid=None))


def forget_pushed(engine: Engine) -> int:
    """Empty the openids whose push is over, whatever came of it; how many."""
    in_use = exists().where(
        OutboxMessage.to_kind == WISH,
        OutboxMessage.to_id == OutcomeWish.response_id,
        OutboxMessage.state.in_(IN_USE),
    )
    over = (OutcomeWish.openid.is_not(None), OutcomeWish.settled_at.is_not(None), ~in_use)
    with engine.begin() as connection:
        return connection.execute(update(OutcomeWish).where(*over).values(openid=None)).rowcount


def forget_marks(engine: Engine, now: datetime) -> int:
    """
    Empty what residents' messages were to be known again by, a day after they were settled; how many.

    Such a mark is made of the openid (`core.outbox.notice_marks`): kept, it would join what one person said
    in different rounds.
    """
    old = update(OutboxMessage).where(
        OutboxMessage.to_kind == WISH,
        OutboxMessage.platform_id != "",
        OutboxMessage.settled_at < now - MARKS_STAY,
    )
    with engine.begin() as connection:
        return connection.execute(old.values(platform_id="")).rowcount
