"""One account under test: a webhook, the simulator before it, both over real HTTP, and a clock to turn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import pytest

from simulator import Simulator, SimulatorConfig, build
from simulator.config import Mode
from simulator.outgoing import new_client
from simulator.phone import DemoLine, Phone
from simulator.serve import serving
from tests.simulator.webhook import AES_KEY, APP_ID, APP_SECRET, ORIGINAL_ID, TOKEN, Webhook, echo

SCENES = (
    ("p_451202", "金城江区", "县（区）"),
    ("p_451203100", "庆远镇", "宜州区"),
    ("u_012", "市交通运输局", "市直单位"),
)


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float = 0, **more: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=seconds, **more)


@dataclass
class Account:
    """The whole arrangement; `api` calls the platform, `line` is for phones."""

    webhook: Webhook
    simulator: Simulator
    clock: Clock
    address: str
    api: httpx.Client
    line: DemoLine

    def phone(self, *, strict: bool = True) -> Phone:
        """A new phone that does not follow yet."""
        return Phone.on(self.line, strict=strict)

    def follower(self, *, strict: bool = True) -> Phone:
        """A new phone that follows, found by search."""
        phone = self.phone(strict=strict)
        phone.follow()
        return phone

    def token(self) -> str:
        """A stable access token."""
        return str(self.stable_token()["access_token"])

    def stable_token(self, **more: Any) -> dict[str, Any]:
        """The answer to a call for a stable token."""
        wanted = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}
        return self.told(self.api.post("/cgi-bin/stable_token", json={**wanted, **more}))

    def ordinary_token(self) -> str:
        """An ordinary access token."""
        wanted = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}
        return str(self.told(self.api.get("/cgi-bin/token", params=wanted))["access_token"])

    def post(self, path: str, wanted: Any, token: str | None = None) -> dict[str, Any]:
        """A POST call with a token; the answer as JSON."""
        query = {"access_token": token or self.token()}
        return self.told(self.api.post(path, params=query, json=wanted))

    def get(self, path: str, token: str | None = None, **query: str) -> dict[str, Any]:
        """A GET call with a token; the answer as JSON."""
        return self.told(self.api.get(path, params={"access_token": token or self.token(), **query}))

    def fault(self, path: str, kind: str, value: float = 0, times: int = 1) -> httpx.Response:
        """Order a fault the way a test in another process would."""
        wanted = {"path": path, "kind": kind, "value": value, "times": times}
        return self.api.post("/demo/control/faults", json=wanted)

    def chat(self, phone: Phone) -> list[tuple[str, str]]:
        """Sender and words of every bubble on the phone."""
        return [(bubble["sender"], bubble["body"].get("text", "")) for bubble in self.line.chat(phone.openid)]

    @staticmethod
    def told(answer: httpx.Response) -> dict[str, Any]:
        """The JSON of an answer that came with HTTP 200, as the platform's all do."""
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found


MakeAccount = Callable[..., Account]
SteadyIn = Callable[[Mode], Account]


@contextmanager
def account_maker() -> Iterator[MakeAccount]:
    """Builds accounts that live as long as the block; any setting may be given."""
    with ExitStack() as stack:

        def make(mode: Mode = "safe", **settings: Any) -> Account:
            webhook, clock = Webhook(mode), Clock()
            webhook_address = stack.enter_context(serving(webhook.app))
            quick = {
                "webhook_url": f"{webhook_address}/wechat",
                "delivery_timeout_seconds": 5.0,
                "redelivery_seconds": 0.1,
                "report_delay_seconds": 0.02,
                "scenes": lambda: SCENES,
            }
            config = SimulatorConfig(
                token=TOKEN,
                app_id=APP_ID,
                app_secret=APP_SECRET,
                aes_key=AES_KEY,
                mode=mode,
                original_id=ORIGINAL_ID,
                clock=clock,
                **{**quick, **settings},
            )
            simulator = stack.enter_context(build(config))
            address = stack.enter_context(serving(simulator))
            api = stack.enter_context(new_client(base_url=address))
            line = DemoLine(address)
            stack.callback(line.close)
            return Account(webhook, simulator, clock, address, api, line)

        yield make


@pytest.fixture
def make_account() -> Iterator[MakeAccount]:
    """Builds accounts for one test."""
    with account_maker() as make:
        yield make


@pytest.fixture(scope="module")
def steady_in() -> Iterator[SteadyIn]:
    """
    One account in each mode for all tests of a module, so that asking a dozen ways stays quick.

    It never pauses after failures.
    """
    with account_maker() as make:
        yield cache(lambda mode: make(mode, mark_fail_after=1_000_000))


@pytest.fixture
def steady(steady_in: SteadyIn) -> Account:
    """The module's account in safe mode, echoing."""
    account = steady_in("safe")
    account.webhook.answer = echo
    return account


@pytest.fixture
def account(make_account: MakeAccount) -> Account:
    """An account in safe mode that echoes."""
    return make_account()
