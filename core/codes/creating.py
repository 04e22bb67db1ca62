"""
Making planned codes, one after the other, so that nothing is lost and none is made twice wherever it breaks.

A row says `creating` before the platform is asked and `created`, with ticket and address, after. A worker
that dies in between leaves `creating`: the next asks again for the same scene, which is the platform's own
name for the code, so it hands out the same code once more. No transaction is open while it is asked.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select, update

from core.clock import SHANGHAI, Clock, in_words, local_day
from core.codes.maker import CodeMaker, NotMade, Then, Ticket
from core.codes.models import QrCode
from core.errors import Refused
from core.tasks.running import Made, Paused, TaskHold

log = logging.getLogger(__name__)

TO_MAKE = ("planned", "creating")
# Between one try and the next, when nobody knows whether the last took effect.
RETRY_PAUSES_SECONDS = (1.0, 4.0)
NO_ANSWER_PAUSE = timedelta(minutes=5)
# Five minutes for clocks that differ.
FIVE_PAST_MIDNIGHT = datetime.min.time().replace(minute=5)
MAX_REASON_CHARS = 200

Sleep = Callable[[float], None]


class Stopped(Refused):
    """Somebody has to mend something first; what is made stays, the rest can be gone on with."""


def create_codes(
    engine: Engine, maker: CodeMaker, hold: TaskHold, clock: Clock, sleep: Sleep = time.sleep
) -> Made:
    """
    Make every planned code of this task.

    Raises Paused when the platform takes no more for a while, Stopped when it will not take any until
    somebody did something. Both leave the row as it was, to be gone on with.
    """
    made, failed, left = _count(engine, hold.id)
    hold.expect(made + failed + left, made + failed)
    while (row := _next(engine, hold.id)) is not None:
        code_id, scene = row
        if not _write(engine, code_id, state="creating"):
            continue
        try:
            ticket = _asked(maker, scene, sleep)
        except NotMade as error:
            _not_made(engine, code_id, scene, error, clock())
            failed += 1
        else:
            _write(
                engine,
                code_id,
                state="created",
                ticket=ticket.ticket,
                url=ticket.url,
                reason="",
                created_at=clock(),
            )
            made += 1
        hold.step()
    return Made(_told(made, failed))


def _asked(maker: CodeMaker, scene: str, sleep: Sleep) -> Ticket:
    """Ask, and ask again where nobody knows what became of it."""
    for pause_seconds in RETRY_PAUSES_SECONDS:
        try:
            return maker.make(scene)
        except NotMade as error:
            if error.then is not Then.TRY_AGAIN:
                raise
            sleep(pause_seconds)
    return maker.make(scene)


def _not_made(engine: Engine, code_id: int, scene: str, error: NotMade, now: datetime) -> None:
    """Note the refusal of this one; raises when no other could be made either."""
    log.warning("code_not_made", extra={"scene": scene, "code": error.code, "then": error.then})
    if error.then is Then.SKIP:
        _write(engine, code_id, state="failed", reason=str(error)[:MAX_REASON_CHARS])
        return
    _write(engine, code_id, state="planned")
    if error.then is Then.STOP:
        raise Stopped(str(error)) from error
    until = {
        Then.TRY_AGAIN: now + NO_ANSWER_PAUSE,
        Then.PAUSE_MINUTE: now + timedelta(minutes=1),
        Then.PAUSE_HOUR: now + timedelta(hours=1),
        Then.PAUSE_UNTIL_MIDNIGHT: after_midnight(now),
    }[error.then]
    raise Paused(until, f"{error}已经生成的都保留，{in_words(until, now)}自动接着做。") from error


def after_midnight(now: datetime) -> datetime:
    """When the platform counts a new day's calls; its day is Shanghai's."""
    return datetime.combine(local_day(now) + timedelta(days=1), FIVE_PAST_MIDNIGHT, SHANGHAI)


def _next(engine: Engine, task_id: int) -> tuple[int, str] | None:
    with engine.connect().execution_options(read_only=True) as connection:
        row = connection.execute(
            select(QrCode.id, QrCode.scene)
            .where(QrCode.task_id == task_id, QrCode.state.in_(TO_MAKE))
            .order_by(QrCode.id)
            .limit(1)
        ).one_or_none()
    return None if row is None else (row.id, row.scene)


def _write(engine: Engine, code_id: int, **values: Any) -> bool:
    """Only what is still to be made is written to: a file with the ticket may have been loaded meanwhile."""
    with engine.begin() as connection:
        changed = connection.execute(
            update(QrCode).where(QrCode.id == code_id, QrCode.state.in_(TO_MAKE)).values(**values)
        )
    return changed.rowcount == 1


def _count(engine: Engine, task_id: int) -> tuple[int, int, int]:
    """How many of the task's codes are made, failed, and left."""
    with engine.connect().execution_options(read_only=True) as connection:
        rows = connection.execute(
            select(QrCode.state, func.count()).where(QrCode.task_id == task_id).group_by(QrCode.state)
        ).all()
    counts: dict[str, int] = dict(rows)
    left = sum(counts.get(state, 0) for state in TO_MAKE)
    failed = counts.get("failed", 0)
    return sum(counts.values()) - left - failed, failed, left


def _told(made: int, failed: int) -> str:
    words = f"生成了{made}个二维码。"
    return words + (f"有{failed}个微信没有收，原因写在清单里。" if failed else "")
