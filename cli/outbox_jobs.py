"""
Reminding and sending: the worker's part for `core.reminders` and `core.outbox`.

A thread of its own, not a job of the queue: whoever assigns an item waits for the liaison's phone, and a
platform that is slow must not keep other jobs waiting.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from huey import Huey, crontab
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import bot.wechat
from bot.wechat.sender import WeChatSender
from bot.wechat.templates import Templates, read_templates
from cli.platform import open_client
from core.clock import Clock
from core.config import Settings
from core.opinions.models import WISH
from core.opinions.pushing import WishAddresses
from core.outbox.notice_marks import NOTICE_KEY
from core.outbox.receipts import forget_receipts
from core.outbox.recipients import ByKind, Recipients
from core.outbox.sending import Outbox
from core.people.keys import KeyRing, named_key
from core.reminders.addresses import LiaisonAddresses
from core.reminders.planning import LIAISON
from core.reminders.rules import Rules, read_rules
from core.reminders.service import run
from core.workdays.service import load_workdays

log = logging.getLogger(__name__)

DEMO_TEMPLATES = Path(bot.wechat.__file__).parent / "demo-templates.yaml"
# How often it is looked whether something may leave, and whether there is something to say.
LOOK_SECONDS = 1.0
REMIND_SECONDS = 15.0
# After a failure of the database, say, it is tried again.
FAILED_SECONDS = 10.0
# Sends that were begun are finished before the process ends; no call takes longer.
FINISH_SECONDS = 40.0
CALENDAR_SECONDS = 60.0


def templates_of(settings: Settings) -> Templates:
    """The office's templates; a demonstration has its own. BadInput when the file is faulty."""
    given = settings.sending.templates
    return read_templates(DEMO_TEMPLATES if given is None and settings.demo else given)


def rules_of(settings: Settings) -> Rules:
    """The rules of reminding; BadInput when the office's file is faulty."""
    return read_rules(settings.sending.rules)


def everybody(keys: KeyRing) -> Recipients:
    """Where everybody is reached that messages go to."""
    return ByKind({LIAISON: LiaisonAddresses(keys), WISH: WishAddresses(keys)})


@contextmanager
def sending(engine: Engine, settings: Settings, clock: Clock) -> Iterator[None]:
    """Inside the block reminders are made and messages leave. BadInput when a file of settings is faulty."""
    templates, rules = templates_of(settings), rules_of(settings)
    keys = KeyRing(settings.require_data_key())
    with Session(engine) as session, session.begin():
        notice_key = named_key(session, keys, NOTICE_KEY, clock())
    stop = Event()

    def work() -> None:
        with open_client(settings, engine, clock) as client:
            outbox = Outbox(
                engine,
                WeChatSender(client, templates, settings.public_url, notice_key),
                everybody(keys),
                clock,
                float(settings.sending.per_second),
                working_hours(engine, settings),
            )
            _work_on(engine, settings, outbox, rules, stop)

    thread = Thread(target=work, name="outbox")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(FINISH_SECONDS)


def _work_on(engine: Engine, settings: Settings, outbox: Outbox, rules: Rules, stop: Event) -> None:
    """Until `stop`. A failure is logged and does not end it."""
    remind_at = 0.0
    while not stop.is_set():
        pause = LOOK_SECONDS
        try:
            if time.monotonic() >= remind_at:
                remind_at = time.monotonic() + REMIND_SECONDS
                run(engine, rules, outbox.clock(), any_time=settings.sending.any_time)
            if counts := outbox.send_due(stop):
                log.info("outbox_round_done", extra=dict(counts))
        except Exception:
            log.exception("outbox_round_failed")
            pause = FAILED_SECONDS
        stop.wait(pause)


def working_hours(engine: Engine, settings: Settings) -> Callable[[datetime], bool]:
    """Whether people may be disturbed; the calendar is read anew once a minute."""
    read_at, calendar = 0.0, None

    def is_working_time(now: datetime) -> bool:
        nonlocal read_at, calendar
        if calendar is None or time.monotonic() > read_at + CALENDAR_SECONDS:
            with engine.connect().execution_options(read_only=True) as connection:
                calendar = load_workdays(connection, any_time=settings.sending.any_time)
            read_at = time.monotonic()
        return calendar.is_working_time(now)

    return is_working_time


def schedule_outbox(queue: Huey, engine: Engine, clock: Clock) -> None:
    """Forgetting receipts that no message ever claimed, at night."""

    # The queue's times are UTC: 03:20 in Shanghai.
    @queue.periodic_task(crontab(hour="19", minute="20"), name="forget_receipts")  # type: ignore[untyped-decorator]
    def _forget() -> None:
        with engine.begin() as connection:
            forgotten = forget_receipts(connection, clock())
        log.info("receipts_forgotten", extra={"rows": forgotten})
