"""
A real server: `python -m cli serve` with processes of its own, on a free port.

It ends with the test, however that ends, and only by ids of processes that were started here.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.paths import ROOT
from tests.servers import end_with_parent, free_port

HOST = "127.0.0.1"
# A shared machine is slow at times; a server that needs longer than this is broken.
START_SECONDS = 60
STOP_SECONDS = 30
ANSWER_SECONDS = 30


class Server:
    """Starts, is killed or stopped, and starts again, always on the same port."""

    module = "cli"

    def __init__(self, folder: Path, environ: dict[str, str], processes: int) -> None:
        self.port = free_port()
        self.address = f"http://{HOST}:{self.port}"
        self.log = folder / "server.log"
        self._folder = folder
        self._environ = environ | {"HOST": HOST, "PORT": str(self.port)}
        self._processes = processes
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Come back when it answers."""
        assert self._running is None
        command = [sys.executable, "-m", self.module, "serve", "--processes", str(self._processes)]
        with self.log.open("ab") as out:
            self._running = subprocess.Popen(
                command,
                cwd=self._folder,
                env=clean_environ() | self._environ,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self._wait_until_healthy(self._running)

    def kill(self) -> None:
        """End all its processes as a power cut would: no goodbye, nothing finished."""
        running, self._running = self._running, None
        if running is not None:
            # It was started as the leader of a session, so the group is its workers and itself.
            os.killpg(running.pid, signal.SIGKILL)
            running.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does, and wait."""
        running = self._running
        if running is None:
            return
        running.send_signal(signal.SIGINT)
        try:
            running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._running = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and neither ended nor died; asking does not bury it."""
        return (
            self._running is not None and psutil.Process(self._running.pid).status() != psutil.STATUS_ZOMBIE
        )

    def workers(self) -> list[psutil.Process]:
        """The processes that answer; their parent only watches them."""
        assert self._running is not None
        return psutil.Process(self._running.pid).children()

    def metric(self, name: str) -> float:
        """A counter of one process, 0 when it has none of that name."""
        lines = self._get("/metrics").text.splitlines()
        found = [line.rpartition(" ") for line in lines if not line.startswith("#")]
        return sum(float(value) for label, _, value in found if label.split("{")[0] == name)

    def health(self) -> dict[str, object]:
        """What /healthz says."""
        found: dict[str, object] = self._get("/healthz").json()
        return found

    def _get(self, path: str) -> httpx.Response:
        """A page that must always come; if it does not, the server's threads say where they are."""
        try:
            return httpx.get(f"{self.address}{path}", timeout=ANSWER_SECONDS).raise_for_status()
        except httpx.TimeoutException as error:
            for worker in self.workers():
                worker.send_signal(signal.SIGABRT)
                psutil.wait_procs([worker], timeout=5)
            raise AssertionError(f"{path} hangs:\n{self.log.read_text(errors='replace')}") from error

    def _wait_until_healthy(self, running: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
            if running.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')}")


@contextmanager
def serving(folder: Path, environ: dict[str, str], processes: int = 1) -> Iterator[Server]:
    """A server that answers, for as long as the block lasts."""
    server = Server(folder, environ, processes)
    try:
        server.start()
        yield server
        server.stop()
    finally:
        server.kill()


def clean_environ() -> dict[str, str]:
    """This process's environment without settings of ours, with the program where Python finds it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINYI_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONFAULTHANDLER": "1"}
