"""
The simulated platform for measurements of sending, in a process of its own.

Beside it in one interpreter a worker would be measured together with it: both take the same lock. Phones and
chats lie in a folder, so whoever measures makes and counts them from outside.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.turn import HOST
from benchmarks.turn import serving as serving_process
from bot.wechat.sender import CALLS
from core.outbox.states import Channel
from simulator import Simulator, SimulatorConfig
from simulator import build as build_simulator
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.servers import free_port

GIVEN = "BENCHMARK_PLATFORM"
SEND = CALLS[Channel.TEMPLATE]
THREADS = 64


def platform(messages: int, folder: Path | None = None, latency: float = 0.0) -> Simulator:
    """A simulator that takes so many messages, answers after `latency` seconds and pushes no receipts."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, state_directory=folder, day_quotas={SEND: 10 * messages},
    )  # fmt: skip
    simulator = build_simulator(config)
    # Nobody waits for receipts here, and each would be a thread.
    object.__setattr__(simulator.world, "later", lambda _seconds, _do: None)
    if latency:
        simulator.world.faults.add(SEND, "slow", latency, 10 * messages)
    return simulator


def build() -> Simulator:
    """What the process serves."""
    given = json.loads(os.environ[GIVEN])
    return platform(given["messages"], Path(given["folder"]), given["latency"])


@contextmanager
def platform_apart(messages: int, folder: Path, latency: float) -> Iterator[str]:
    """Its address, inside the block."""
    port = free_port()
    given = {"messages": messages, "folder": str(folder), "latency": latency}
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(THREADS), "--no-ws", "--factory",
        "benchmarks.simulated:build",
    ]  # fmt: skip
    with serving_process(command, {GIVEN: json.dumps(given)}, port):
        yield f"http://{HOST}:{port}"
