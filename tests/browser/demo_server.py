"""A demonstration, filled and served as `make run` does it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.paths import ROOT
from tests.servers import free_port

PASSWORD = "first-day-2026"
START_SECONDS = 60
CLI = (sys.executable, "-m", "cli")


@dataclass(frozen=True)
class Demo:
    """A demonstration that is being served."""

    address: str
    environ: dict[str, str]


def fill_demo(folder: Path) -> None:
    """`cli demo` into an empty folder."""
    subprocess.run([*CLI, "demo"], cwd=ROOT, env=_environ(folder), capture_output=True, check=True)


@contextmanager
def served_demo(folder: Path) -> Iterator[Demo]:
    """`cli serve --with-worker` of a filled folder on a free port; it ends with the block."""
    port = free_port()
    environ = _environ(folder) | {"PORT": str(port)}
    log = folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [*CLI, "serve", "--with-worker"], cwd=ROOT, env=environ, stdout=written, stderr=written
        )
        try:
            demo = Demo(f"http://127.0.0.1:{port}", environ)
            _wait_until_served(demo.address, server, log)
            yield demo
        finally:
            server.terminate()
            server.wait(timeout=30)


def _environ(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINYI_")}
    return kept | {"MINYI_DEMO": "1", "MINYI_DEMO_PASSWORD": PASSWORD, "MINYI_VAR": str(folder)}


def _wait_until_served(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
