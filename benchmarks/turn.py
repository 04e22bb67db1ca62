"""
Encrypted turns a second through the real server, beside a plain WeRoBot echo, in one run.

One server process each, the same server, the same requests; 1, 16 and 64 connections. Ours commits durably
before it replies (SQLite in WAL mode with `synchronous=FULL`, PostgreSQL with `synchronous_commit=on`); the
echo keeps its session in Redis, without a flush. Ratios are what to look at: figures depend on the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import httpx
import psutil

from benchmarks import load
from benchmarks.requests import Account, resident
from cli.serving import world_loader
from core.config import DEMO_WECHAT, Settings
from core.conversation.incoming import Scene
from core.conversation.world import World
from core.db.engine import open_engine
from core.people.keys import KeyRing
from simulator.config import SimulatorConfig
from tests.servers import free_port, running_postgres, running_redis

CONNECTIONS = (1, 16, 64)
HOST = "127.0.0.1"
SCENE = Scene("place", "451203100", "", "p_451203100")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement."""

    server: str
    connections: int
    per_second: float
    p50_ms: float
    p99_ms: float
    resident_mb: float
    failures: int


@contextmanager
def serving(command: list[str], environ: dict[str, str], port: int) -> Iterator[psutil.Process]:
    """A server that answers by the time the block is entered, and is gone after it."""
    process = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise RuntimeError((process.stderr.read() if process.stderr else b"").decode())
            try:
                httpx.get(f"http://{HOST}:{port}/wechat", timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def resident_mb(process: psutil.Process) -> float:
    """Memory of the largest worker, in MB: the server's own parent process does nothing but watch."""
    workers = process.children(recursive=True) or [process]
    return max(worker.memory_info().rss for worker in workers) / 1e6


def account(settings: Settings) -> Account:
    """The account requests are encrypted for."""
    return Account(
        SimulatorConfig(
            webhook_url=f"http://{HOST}/wechat",
            token=settings.wechat.token,
            app_id=settings.wechat.app_id,
            app_secret=settings.wechat.app_secret,
            aes_key=settings.wechat.aes_key,
            mode="safe",
        ),
        SCENE,
    )


def demo_environ(folder: Path, database_url: str) -> dict[str, str]:
    """The environment of a demonstration of its own."""
    return {"MINYI_DEMO": "1", "MINYI_VAR": str(folder), "MINYI_DATABASE_URL": database_url}


def demo_settings(folder: Path, database_url: str) -> Settings:
    """What a server in that environment works with."""
    return Settings.load(demo_environ(folder, database_url))


def world_of(settings: Settings) -> World:
    """The world that the server will know: what residents tap depends on it."""
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        world = world_loader(KeyRing(settings.data_key), settings.office)(connection, None)
    engine.dispose()
    return world


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each measurement lasts, and over how many connections each is made."""

    seconds: float
    connections: Sequence[int]


def measure(
    name: str, process: psutil.Process, port: int, who: Account, world: World, plan: Plan, seed: int
) -> Iterator[Row]:
    """One row for each number of connections. `seed` keeps residents of different servers apart."""
    for connections in plan.connections:
        now = datetime.now(UTC)
        expected = int(4500 * plan.seconds) + 500
        residents = expected // 20 // connections + 1
        streams = [
            list(
                chain.from_iterable(
                    resident(who, world, seed + connections * 1_000_000 + line * residents + number, now)
                    for number in range(residents)
                )
            )
            for line in range(connections)
        ]
        result = load.run(HOST, port, streams, plan.seconds)
        yield Row(
            server=name,
            connections=connections,
            per_second=result.per_second,
            p50_ms=result.percentile(0.5) * 1000,
            p99_ms=result.percentile(0.99) * 1000,
            resident_mb=resident_mb(process),
            failures=len(result.failures),
        )


def run_ours(name: str, folder: Path, database_url: str, plan: Plan, seed: int) -> Iterator[Row]:
    """Our server on one database, filled by `demo`."""
    port = free_port()
    environ = demo_environ(folder, database_url) | {"HOST": HOST, "PORT": str(port)}
    subprocess.run(
        [sys.executable, "-m", "cli", "demo"], env={**os.environ, **environ}, check=True, capture_output=True
    )
    settings = demo_settings(folder, database_url)
    world = world_of(settings)
    with serving([sys.executable, "-m", "cli", "serve"], environ, port) as process:
        yield from measure(name, process, port, account(settings), world, plan, seed)


def run_echo(redis_url: str, world: World, settings: Settings, plan: Plan) -> Iterator[Row]:
    """WeRoBot's echo under the same server."""
    port = free_port()
    given = {
        "token": DEMO_WECHAT["MINYI_WECHAT_TOKEN"],
        "app_id": DEMO_WECHAT["MINYI_WECHAT_APP_ID"],
        "aes_key": DEMO_WECHAT["MINYI_WECHAT_AES_KEY"],
        "redis_url": redis_url,
    }
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "64",
        "--no-ws",
        "--factory",
        "benchmarks.echo:build",
    ]
    with serving(command, {"ECHO": json.dumps(given)}, port) as process:
        yield from measure("WeRoBot echo", process, port, account(settings), world, plan, 900_000_000)


def main(arguments: list[str] | None = None) -> list[Row]:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="how long each measurement lasts")
    parser.add_argument("--connections", type=int, nargs="+", default=CONNECTIONS, help="how many at once")
    plan = Plan(**vars(parser.parse_args(arguments)))
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_redis() as redis_url,
        running_postgres(durable=True) as postgres,
    ):
        base = Path(folder)
        sqlite = f"sqlite:///{base / 'minyi.db'}"
        rows += run_ours("ours, SQLite", base / "sqlite", sqlite, plan, 100_000_000)
        rows += run_ours("ours, PostgreSQL", base / "postgresql", postgres, plan, 200_000_000)
        settings = demo_settings(base / "sqlite", sqlite)
        rows += run_echo(redis_url, world_of(settings), settings, plan)
    print_table(rows)
    return rows


def print_table(rows: list[Row]) -> None:
    """The measurements, with each server's speed as a ratio to the echo's."""
    echo = {row.connections: row.per_second for row in rows if row.server == "WeRoBot echo"}
    print(
        f"{'server':<20}{'connections':>12}{'turns/s':>10}{'ratio':>8}"
        f"{'p50 ms':>9}{'p99 ms':>9}{'MB':>7}{'failed':>8}"
    )
    for row in rows:
        ratio = row.per_second / echo[row.connections] if echo.get(row.connections) else 0
        print(
            f"{row.server:<20}{row.connections:>12}{row.per_second:>10.0f}{ratio:>8.2f}"
            f"{row.p50_ms:>9.1f}{row.p99_ms:>9.1f}{row.resident_mb:>7.0f}{row.failures:>8}"
        )


if __name__ == "__main__":
    main()
