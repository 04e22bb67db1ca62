"""`worker`: what is done in the background and on schedule. Any number may run; each job is done once."""

import logging
import os
from pathlib import Path

import click
from huey import Huey, crontab
from sqlalchemy import Engine

from cli.audit_jobs import schedule_audit
from cli.ballot_jobs import schedule_ballots
from cli.database_jobs import schedule_database
from cli.funnel_jobs import schedule_funnel
from cli.groups import Command
from cli.media_jobs import schedule_media
from cli.opinion_jobs import schedule_opinions
from cli.outbox_jobs import schedule_outbox, sending
from cli.privacy_jobs import schedule_privacy
from cli.quality_jobs import schedule_quality
from cli.report_jobs import schedule_reports
from cli.serving import world_loader
from cli.task_jobs import schedule_tasks
from cli.works import task_works
from core.audit.chain import AuditLog, attach
from core.clock import Clock, system_clock
from core.config import Settings
from core.conversation.sweeps import break_off_runs, forget_deliveries
from core.db.engine import open_engine
from core.jobs import open_queue
from core.logs import setup_logs
from core.opinions.book import OpinionBook
from core.people.keys import KeyRing
from core.responses.recording import Recorder

log = logging.getLogger(__name__)

THREADS = 4
# How long an idle worker may sleep: somebody who pressed a button looks at the page.
LONGEST_NAP_SECONDS = 1.0


@click.command(cls=Command)
def worker() -> None:
    """
    启动后台任务：发提醒、到期的答题收尾、取回语音和照片、清理推送记录。按 Ctrl-C 结束。

    例：python -m cli worker
    """
    setup_logs()
    settings = Settings.load(os.environ, Path(".env"))
    queue = open_queue(settings.var, settings.redis_url)
    engine = open_engine(settings.database_url)
    attach(engine, AuditLog.of(settings, system_clock))
    schedule_conversations(queue, engine, settings, system_clock)
    schedule_media(queue, engine, settings, system_clock)
    schedule_reports(queue, engine, system_clock)
    schedule_funnel(queue, engine, system_clock)
    schedule_opinions(queue, engine, settings, system_clock)
    schedule_tasks(queue, engine, settings, system_clock, task_works(settings, engine, system_clock))
    schedule_quality(queue, engine, system_clock)
    schedule_audit(queue, engine)
    schedule_ballots(queue, engine, settings, system_clock)
    schedule_outbox(queue, engine, system_clock)
    schedule_privacy(queue, engine, settings, system_clock)
    schedule_database(queue, engine)
    consumer = queue.create_consumer(
        workers=THREADS, periodic=True, check_worker_health=True, max_delay=LONGEST_NAP_SECONDS
    )
    with sending(engine, settings, system_clock):
        consumer.run()


def schedule_conversations(queue: Huey, engine: Engine, settings: Settings, clock: Clock) -> None:
    """Breaking off runs whose round is over, and forgetting old deliveries."""
    keys = KeyRing(settings.require_data_key())
    load_world = world_loader(keys, settings.office)
    book = OpinionBook(Recorder(keys.wrap), keys)

    # A round that closes is noticed within ten minutes; whoever writes in between is told at once.
    @queue.periodic_task(crontab(minute="*/10"), name="break_off_runs")  # type: ignore[untyped-decorator]
    def _break_off() -> None:
        ended = break_off_runs(engine, load_world, book, clock())
        log.info("runs_broken_off", extra={"persons": ended})

    @queue.periodic_task(crontab(minute="*/5"), name="forget_deliveries")  # type: ignore[untyped-decorator]
    def _forget() -> None:
        log.info("deliveries_forgotten", extra={"rows": forget_deliveries(engine, clock())})
