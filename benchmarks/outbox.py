"""
How fast reminders drain: real workers, the simulated platform over HTTP, on SQLite and on PostgreSQL.

    python -m benchmarks.outbox --messages 10000 --per-second 500 --workers 2

Workers are processes' worth of connections in threads of this process; the platform answers after
`--latency` seconds, as a real one would. Counted is what arrived on the phones, and how often.
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

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.sender import CALLS, WeChatSender
from bot.wechat.token_stores import DatabaseTokenStore
from core.clock import system_clock
from core.db.engine import open_engine
from core.db.migrate import upgrade
from core.outbox.queueing import queue
from core.outbox.sending import Outbox
from core.outbox.states import Channel
from simulator import SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.bot.wechat.conftest import account
from tests.hand_clock import HandClock
from tests.outbox.office import ONLY_TEMPLATE, Directory, Office
from tests.servers import running_postgres

PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Drained:
    """How long it took, how many arrived, and how many of them more than once."""

    seconds: float
    arrived: int
    doubled: int


def drain(url: str, messages: int, per_second: float, workers: int, latency: float = 0.0) -> Drained:
    """Queue so many messages and let the workers send them."""
    engine = open_engine(url)
    upgrade(engine)
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, report_delay_seconds=86_400.0,
        day_quotas={CALLS[Channel.TEMPLATE]: 10 * messages},
    )  # fmt: skip
    # Nobody waits for receipts here, and each would be a thread.
    with build(config) as simulator:
        object.__setattr__(simulator.world, "later", lambda _seconds, _do: None)
        with serving(simulator) as address:
            office = Office(engine, HandClock(system_clock()), address, simulator)
            people = office.hires(min(PEOPLE, messages))
            with engine.begin() as connection:
                queue(
                    connection,
                    [office.message(people[n % len(people)], key=f"bench:{n}") for n in range(messages)],
                    system_clock(),
                )
            if latency:
                office.faults("slow", latency, times=messages)
            seconds = _run(engine, address, office.directory, per_second, workers)
            store = simulator.world.store
            arrived: int = store.value("SELECT count(*) FROM message WHERE kind = 'template'")
            doubled = Counter(row["client_msg_id"] for row in store.rows("SELECT * FROM template_message"))
    engine.dispose()
    return Drained(seconds, arrived, sum(count > 1 for count in doubled.values()))


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
    parser.add_argument("--per-second", type=float, default=500.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0.0)
    asked = parser.parse_args(arguments)
    print(f"{asked.messages} reminders, {asked.per_second:g} a second allowed, {asked.workers} workers")
    print(f"{'':12}{'seconds':>10}{'a second':>10}{'arrived':>10}{'doubled':>10}")
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        for name, url in (("SQLite", f"sqlite:///{Path(folder) / 'b.db'}"), ("PostgreSQL", postgres)):
            done = drain(url, asked.messages, asked.per_second, asked.workers, asked.latency)
            rate = done.arrived / done.seconds
            print(f"{name:12}{done.seconds:>10.1f}{rate:>10.0f}{done.arrived:>10}{done.doubled:>10}")


if __name__ == "__main__":
    main()
