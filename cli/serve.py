"""`serve`: the webhook and the browser pages, in one or several server processes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from granian.constants import Interfaces
from granian.server import Server as Granian

from cli import wsgi
from cli.groups import Command
from cli.threads import Limits, expect_many_threads
from core.config import Settings
from core.db.engine import open_engine
from core.db.revision import is_current
from core.errors import ConfigError

# Imported here so that it is loaded before server processes are forked: they start at once, and share it.
APPLICATION = f"{wsgi.__name__}:{wsgi.build.__name__}"
ADMIN = "/admin"


@click.command(cls=Command)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="服务进程数。")
@click.option("--with-worker", is_flag=True, help="同时启动后台任务进程（worker）。")
def serve(processes: int, with_worker: bool) -> None:
    """
    启动服务：微信推送和网页。按 Ctrl-C 结束。

    例：python -m cli serve --with-worker
    """
    settings = Settings.load(os.environ, Path(".env"))
    settings.require_serving()
    refuse_unmigrated(settings)
    refuse_taken_port(settings)
    limits = Limits.of(settings.max_waiting_turns)
    limits.allow_files()
    expect_many_threads()
    server = Granian(
        APPLICATION,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=processes,
        blocking_threads=limits.threads,
        backpressure=limits.connections,
        websockets=False,
        respawn_failed_workers=True,
        log_access=False,
    )
    with worker_beside(with_worker):
        announce(settings)
        server.serve()


def refuse_unmigrated(settings: Settings) -> None:
    """ConfigError when the tables are not those this program works with."""
    engine = open_engine(settings.database_url)
    try:
        if not is_current(engine):
            raise ConfigError("数据库还没有升级到这个版本，请先运行 python -m cli migrate。")
    finally:
        engine.dispose()


def refuse_taken_port(settings: Settings) -> None:
    """ConfigError when another program listens there, or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server does: a port that was let go a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ConfigError(
                f"{settings.host}:{settings.port} 用不了（{error.strerror}）。"
                "请先停掉占用它的程序，或者用 PORT=8001 换一个端口。"
            ) from error


@contextmanager
def worker_beside(wanted: bool) -> Iterator[None]:
    """A worker process for as long as the block lasts."""
    if not wanted:
        yield
        return
    # A session of its own: Ctrl-C reaches only us, and we end it once the server has stopped.
    worker = subprocess.Popen([sys.executable, "-m", "cli", "worker"], start_new_session=True)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGINT)
        try:
            worker.wait(timeout=15)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def announce(settings: Settings) -> None:
    """Where it can be reached."""
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"民意已启动：{address}")
    if settings.demo:
        click.echo(f"演示手机：{address}/demo/")
    click.echo(f"办公室页面：{address}{ADMIN}/　微信推送地址：{address}/wechat　健康检查：{address}/healthz")
    click.echo("按 Ctrl-C 结束。")
