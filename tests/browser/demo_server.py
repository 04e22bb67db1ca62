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


@dataclass(frozen=True)
class Demo:
    """A demonstration that is being served."""

    address: str
    environ: dict[str, str]


@contextmanager
def served_demo(folder: Path) -> Iterator[Demo]:
    """`cli demo`, then `cli serve --with-worker` on a free port; both end with the block."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINYI_")}
    environ = kept | {
        "MINYI_DEMO": "1",
        "MINYI_DEMO_PASSWORD": PASSWORD,
        "MINYI_VAR": str(folder),
        "PORT": str(port),
    }
    cli = [sys.executable, "-m", "cli"]
    subprocess.run([*cli, "demo"], cwd=ROOT, env=environ, capture_output=True, check=True)
    log = folder / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [*cli, "serve", "--with-worker"], cwd=ROOT, env=environ, stdout=written, stderr=written
        )
        try:
            demo = Demo(f"http://127.0.0.1:{port}", environ)
            _wait_until_served(demo.address, server, log)
            yield demo
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_until_served(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
