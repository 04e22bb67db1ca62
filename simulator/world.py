"""
Everything one simulated account consists of, tied together once and handed around.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from flask import has_request_context, request

from simulator import voice
from simulator.chats import Chats
from simulator.codes import Code, Codes
from simulator.config import SimulatorConfig
from simulator.faults import Faults
from simulator.followers import Followers
from simulator.media import MediaShelf
from simulator.pushes import Courier
from simulator.quotas import Quotas
from simulator.store import Store
from simulator.tokens import Tokens
from simulator.windows import Windows


@dataclass(frozen=True)
class World:
    """The parts of a simulated account. Safe to use from many threads."""

    config: SimulatorConfig
    store: Store
    faults: Faults
    courier: Courier
    followers: Followers
    windows: Windows
    chats: Chats
    codes: Codes
    media: MediaShelf
    tokens: Tokens
    quotas: Quotas
    encode_voice: Callable[[bytes], bytes] | None
    _timers: list[threading.Timer] = field(default_factory=list)
    _timers_lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        """The time by the account's clock, aware."""
        return self.config.clock()

    def at(self) -> float:
        """The same in Unix seconds."""
        return self.config.clock().timestamp()

    def address(self, path: str) -> str:
        """The full address of one of our paths, for people and bots to open."""
        base = self.config.base_url or (request.host_url if has_request_context() else "http://127.0.0.1/")
        return urljoin(base, path)

    def code_address(self, code: Code) -> str:
        """What the picture of a code says."""
        return urljoin(self.address("/"), self.config.code_url.format(key=code.key))

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Run `do` in a thread of its own after `seconds`."""
        timer = threading.Timer(seconds, do)
        timer.daemon = True
        with self._timers_lock:
            self._timers[:] = [earlier for earlier in self._timers if earlier.is_alive()] + [timer]
            timer.start()

    def close(self) -> None:
        """Drop what was still to come, and let go of files and connections."""
        with self._timers_lock:
            pending = list(self._timers)
        for timer in pending:
            timer.cancel()
        for timer in pending:
            timer.join()
        self.courier.close()
        self.store.close()


def make_world(config: SimulatorConfig) -> World:
    """The parts, tied together."""
    store = Store(config.state_directory)
    faults = Faults()
    return World(
        config=config,
        store=store,
        faults=faults,
        courier=Courier(config, faults),
        followers=Followers(store, config.app_id),
        windows=Windows(store),
        chats=Chats(store),
        codes=Codes(store),
        media=MediaShelf(store),
        tokens=Tokens(store),
        quotas=Quotas(store, config.day_quotas),
        encode_voice=config.voice_encoder or voice.find_encoder(),
    )
