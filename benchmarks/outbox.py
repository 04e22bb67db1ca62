"""
How fast reminders drain: real workers, the simulated platform over HTTP, on SQLite and on PostgreSQL.

    python -m benchmarks.outbox --messages 10000 --per-second 100 --workers 2

Workers are processes' worth of connections in threads of this process; the platform is a process of its own
on the same machine, and answers after `--latency` seconds, as a real one would. Counted is what arrived on
the phones, and how often.
"""

import argparse
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from benchmarks.simulated import platform, platform_apart
from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.sender import WeChatSender
from bot.wechat.token_stores import DatabaseTokenStore
from core.clock import system_clock
from core.db.engine import open_engine
from core.db.migrate import upgrade
from core.outbox.queueing import queue
from core.outbox.sending import Outbox
from simulator import Simulator
from simulator.serve import serving
from tests.bot.platform import APP_ID
from tests.bot.wechat.conftest import account
from tests.hand_clock import HandClock
from tests.outbox.office import ONLY_TEMPLATE, Directory, Office
from tests.servers import running_postgres

PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Drained:
    """
    How long it took, how many arrived, and how many of them more than once.

    `cpu_seconds` is what the workers themselves used of a core: on a machine that does other things, too,
    this says what they could do alone.
    """

    seconds: float
    cpu_seconds: float
    arrived: int
    doubled: int


def drain(url: str, messages: int, per_second: float, workers: int) -> Drained:
    """Queue so many messages and let the workers send them, to a platform in this process."""
    with platform(messages) as simulator, serving(simulator) as address:
        return _drain(url, messages, per_second, workers, simulator, address)


def drain_apart(url: str, messages: int, per_second: float, workers: int, latency: float) -> Drained:
    """The same, to a platform in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        platform(messages, Path(folder)) as simulator,
        platform_apart(messages, Path(folder), latency) as address,
    ):
        return _drain(url, messages, per_second, workers, simulator, address)


def _drain(
    url: str, messages: int, per_second: float, workers: int, simulator: Simulator, address: str
) -> Drained:
    engine = open_engine(url)
    upgrade(engine)
    office = Office(engine, HandClock(system_clock()), address, simulator)
    people = office.hires(min(PEOPLE, messages))
    with engine.begin() as connection:
        told = [office.message(people[n % len(people)], key=f"bench:{n}") for n in range(messages)]
        queue(connection, told, system_clock())
    used = time.process_time()
    seconds = _run(engine, address, office.directory, per_second, workers)
    used = time.process_time() - used
    store = simulator.world.store
    arrived: int = store.value("SELECT count(*) FROM message WHERE kind = 'template'")
    doubled = Counter(row["client_msg_id"] for row in store.rows("SELECT * FROM template_message"))
    engine.dispose()
    return Drained(seconds, used, arrived, sum(count > 1 for count in doubled.values()))


def _run(engine: Engine, address: str, directory: Directory, per_second: float, workers: int) -> float:
    with ExitStack() as stack:
        outboxes = []
        for _ in range(workers):
            own = open_engine(engine.url)
            stack.callback(own.dispose)
            tokens = DatabaseTokenStore(own, APP_ID, system_clock)
            metrics = BotMetrics(CollectorRegistry())
            client = stack.enter_context(WeChatClient(account(address), tokens, system_clock, metrics))
            client.tokens.current()
            sender = WeChatSender(client, ONLY_TEMPLATE, "", b"")
            outboxes.append(Outbox(own, sender, directory, system_clock, per_second, lambda _now: True))
        threads = [threading.Thread(target=_until_empty, args=(outbox,)) for outbox in outboxes]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - started


def _until_empty(outbox: Outbox) -> None:
    while outbox.send_due(most_seconds=600.0):
        pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.outbox")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--per-second", type=float, default=100.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0.0)
    asked = parser.parse_args(arguments)
    print(f"{asked.messages} reminders, {asked.per_second:g} a second allowed, {asked.workers} workers")
    titles = ("seconds", "a second", "of rate", "ms CPU each", "arrived", "doubled")
    print(f"{'':12}{''.join(f'{title:>12}' for title in titles)}")
    with tempfile.TemporaryDirectory() as folder, running_postgres(durable=True) as postgres:
        for name, url in (("SQLite", f"sqlite:///{Path(folder) / 'b.db'}"), ("PostgreSQL", postgres)):
            done = drain_apart(url, asked.messages, asked.per_second, asked.workers, asked.latency)
            rate = done.arrived / done.seconds
            share = f"{rate / asked.per_second:.0%}"
            milliseconds = 1000 * done.cpu_seconds / asked.messages
            shown = (
                f"{done.seconds:.1f}", f"{rate:.1f}", share, f"{milliseconds:.1f}", done.arrived, done.doubled
            )  # fmt: skip
            print(f"{name:12}{''.join(f'{each:>12}' for each in shown)}")


if __name__ == "__main__":
    main()
