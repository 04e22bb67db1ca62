"""
Three hundred leaders vote over real HTTP, in the chat and on the page, while the server is killed at each
step of handing in and the mixer at each step of mixing. In the end: one ballot a used slip, nothing that
joins anybody to a ballot, and a protocol that adds up.
"""

import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.ballots.errors import AlreadyUsed, SlipRefused
from core.ballots.models import BallotDraft, DeadKey
from core.ballots.report import sum_in_words
from core.config import Settings
from core.db.engine import open_engine
from simulator.config import SimulatorConfig
from tests.ballots.evidence import WORDS_BEGIN, Evidence, Voter, findings
from tests.ballots.hall import Hall
from tests.ballots.test_opening import opens, status
from tests.hand_clock import HandClock
from tests.whole.mortal import HANDING_IN, MIXING, arm, armed
from tests.whole.platform import BROKEN, Resident
from tests.whole.server import Server, clean_environ

LEADERS = 300
TEXT = Path(__file__).with_name("leaders.yaml").read_text("utf-8")
UNITS = 4
# Page and chat differ in what is around the ballot: the transaction, and the answer after it.
ON_THE_PAGE = ("written", "committed")
# So many vote at a time.
AT_ONCE = 8
PATIENCE_SECONDS = 60
RADIO = re.compile(r'type="radio" name="(s\d+)" value="(\w+)"')
SHOWN = re.compile(r'name="shown" value="(\d+)"')


class Mortal(Server):
    """A server that dies of itself at the places that are armed."""

    module = "tests.whole.mortal"

    def revive(self) -> None:
        """Start it again if it is dead. A serving process that died once its parent has replaced by then."""
        if not self.is_running:
            self.kill()
            self.start()


@dataclass
class Election:
    """The installation, its server, and what is known of who handed in."""

    hall: Hall
    environ: dict[str, str]
    server: Mortal
    deaths: Path
    account: SimulatorConfig
    evidence: Evidence
    lock: threading.Lock = field(default_factory=threading.Lock)
    handed_in: int = 0

    def note(self, words: str, *secrets: str) -> None:
        """A ballot was handed in, in these words, by somebody known by these."""
        with self.lock:
            self.evidence.voters.append(Voter(self.handed_in, secrets, words))
            self.handed_in += 1

    def mixes(self, *places: str) -> int:
        """A worker process of its own looks once what is due, and dies where it is told to; its exit code."""
        arm(self.deaths, *places)
        command = [sys.executable, "-m", "tests.whole.mortal", "ballots", "mix"]
        with self.server.log.open("ab") as log:
            return subprocess.run(
                command, env=clean_environ() | self.environ, stdout=log, stderr=log, start_new_session=True,
                timeout=PATIENCE_SECONDS, check=False,
            ).returncode  # fmt: skip


@dataclass
class Leader:
    """Somebody with a slip. What is not answered they try again, as people and the platform do."""

    election: Election
    number: int
    slip: str

    def __post_init__(self) -> None:
        self.words = f"{WORDS_BEGIN}{self.number:03}说" + "山水路桥校医林田"[: self.number % 8] * (
            self.number % 5
        )
        self.chance = random.Random(self.number)
        self.phones: list[Resident] = []

    @property
    def digits(self) -> str:
        """Five grades."""
        return "".join(str(self.chance.randint(1, 6)) for _ in range(5))

    def votes(self) -> None:
        """Each in one of the ways people have."""
        try:
            self._votes()
        finally:
            for phone in self.phones:
                phone.hang_up()

    def _votes(self) -> None:
        ways = {0: self.drops_out, 1: self.gives_up, 2: self.on_the_page, 3: self.types_a_wrong_slip,
                4: self.scans_twice, 5: self.shares_the_slip, 6: self.on_the_page}  # fmt: skip
        ways.get(self.number % 15, self.in_the_chat)()

    def phone(self, name: str = "") -> Resident:
        """A phone of theirs."""
        self.phones.append(Resident(f"o{self.number:_>20}{name:_>6}", self.election.account))
        return self.phones[-1]

    def in_the_chat(self) -> None:
        """Scan, five digits a unit, a sentence at the end, hand in."""
        phone = self.phone()
        phone.scan(f"s_{self.slip}")
        self.fills_in(phone)
        self.hands_in(phone)

    def fills_in(self, phone: Resident) -> None:
        """From consent to the summary."""
        phone.tap("开始评价")
        for _ in range(UNITS):
            phone.say(self.digits)
        phone.say(self.words)
        assert "交上" in phone.reply, phone.reply

    def hands_in(self, phone: Resident) -> None:
        """And it is in."""
        assert "交上了" in phone.tap("交上"), phone.reply
        self.election.note(self.words, self.slip, phone.openid)

    def drops_out(self) -> None:
        """Scan and never come back."""
        self.phone().scan(f"s_{self.slip}")

    def gives_up(self) -> None:
        """Stop half-way."""
        phone = self.phone()
        phone.scan(f"s_{self.slip}")
        phone.tap("开始评价")
        phone.say(self.digits)
        assert "先到这里" in phone.say("退出")

    def scans_twice(self) -> None:
        """In the middle, and once more when all is done."""
        phone = self.phone()
        phone.scan(f"s_{self.slip}")
        phone.tap("开始评价")
        phone.say(self.digits)
        assert "接着填" in self.scans_again(phone)
        for _ in range(UNITS - 1):
            phone.say(self.digits)
        phone.say(self.words)
        self.hands_in(phone)
        assert SlipRefused.say in self.scans_again(phone)

    def scans_again(self, phone: Resident) -> str:
        """In another second: the platform tells events of one second apart by nothing."""
        time.sleep(1.1)
        return phone.scan(f"s_{self.slip}")

    def types_a_wrong_slip(self) -> None:
        """One wrong character, then the right ones."""
        phone = self.phone()
        wrong = "A" if self.slip[4] != "A" else "C"
        assert SlipRefused.say in phone.say(f"{self.slip[:4]}{wrong}{self.slip[5:]}")
        phone.say(self.slip)
        self.fills_in(phone)
        self.hands_in(phone)

    def shares_the_slip(self) -> None:
        """Two phones hand it in at one moment: one is told that it is in, the other that it is used."""
        phones = [self.phone(), self.phone("too")]
        for phone in phones:
            phone.scan(f"s_{self.slip}")
            self.fills_in(phone)
        threads = [threading.Thread(target=phone.tap, args=["交上"], daemon=True) for phone in phones]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        told = sorted("交上了" if "交上了" in phone.reply else phone.reply for phone in phones)
        assert told == sorted(["交上了", AlreadyUsed.say])
        self.election.note(self.words, self.slip, *(phone.openid for phone in phones))

    def on_the_page(self) -> None:
        """Type the slip, a card each unit, hand in; whatever breaks is sent again."""
        with httpx.Client(base_url=self.election.server.address, timeout=10) as client:
            browser = Browser(client)
            assert "开始评价" in browser.post("/slip", {"code": self.slip})
            page = browser.post("/consent", {"act": "agree"})
            for number in range(1, UNITS + 2):
                names = dict.fromkeys(name for name, _ in RADIO.findall(page))
                comment = page.partition('<textarea id="')[2].partition('"')[0]
                given: dict[str, Any] = {name: self.chance.choice(["g4", "g3", "dk"]) for name in names}
                given |= {"shown": SHOWN.findall(page)} | ({comment: self.words} if comment else {})
                page = browser.post(f"/card/{number}", given)
            assert "请看一遍" in page
            said = browser.post("/hand-in")
            # A server that died between the commit and its answer cannot have told; the slip says it.
            assert "交上了" in said or "多半已经交上了" in said, said
            self.election.note(self.words, self.slip)


@dataclass
class Browser:
    """A browser whose owner tries again."""

    client: httpx.Client

    def post(self, path: str, data: dict[str, Any] | None = None) -> str:
        """Send a form; the page that came of it."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                page = self.client.post(f"/ballot{path}", data=data or {}, follow_redirects=True)
                if page.status_code < 500:
                    return page.text
            except (httpx.TransportError, *BROKEN):
                pass
            assert time.monotonic() < until
            time.sleep(0.2)


@contextmanager
def election(database_url: str, folder: Path) -> Iterator[Election]:
    """A round, a box, slips, a server that may die."""
    deaths = folder / "deaths"
    deaths.mkdir()
    environ = {
        "MINYI_DEMO": "1",
        "MINYI_VAR": str(folder / "var"),
        "MINYI_DATABASE_URL": database_url,
        "MINYI_TEST_DEATHS": str(deaths),
    }
    engine = open_engine(database_url)
    settings = Settings.load(environ)
    hall = Hall(engine, settings, HandClock.at_real_time(), text=TEXT, name="leaders-small", has_units=True)
    hall.seal_box()
    server = Mortal(folder, environ, processes=1)
    wechat = settings.wechat
    account = SimulatorConfig(
        webhook_url=f"{server.address}/wechat", token=wechat.token, app_id=wechat.app_id,
        app_secret=wechat.app_secret, aes_key=wechat.aes_key, mode=wechat.mode,
    )  # fmt: skip
    try:
        server.start()
        yield Election(hall, environ, server, deaths, account, Evidence.from_now(hall))
    finally:
        server.kill()
        engine.dispose()


def lets_vote(held: Election, leaders: list[Leader], step: str) -> None:
    """All of them, some at a time; the server dies at this step, in the chat and perhaps on the page."""
    arm(held.deaths, f"chat-{step}")
    if step in ON_THE_PAGE:
        arm(held.deaths, f"page-{step}", whole=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        voting: list[Future[None]] = [pool.submit(leader.votes) for leader in leaders]
        while not all(each.done() for each in voting):
            held.server.revive()
            time.sleep(0.02)
    for each in voting:
        each.result()
    assert armed(held.deaths) == set()


@pytest.mark.timeout(300)  # alone on two cores it takes a fifth of that
@pytest.mark.parametrize(("kind", "count"), [("sqlite", LEADERS)])
def test_three_hundred_leaders_vote_while_servers_die_and_it_adds_up(
    kind: str, count: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    with election(url, tmp_path) as held:
        hall, at_a_time = held.hall, count // len(MIXING)
        leaders = [Leader(held, number, slip) for number, slip in enumerate(hall.slips(count))]

        for turn, (step, place) in enumerate(zip(HANDING_IN, MIXING, strict=True)):
            lets_vote(held, leaders[turn * at_a_time : (turn + 1) * at_a_time], step)
            held.evidence.back_up()
            assert status(hall).adds_up
            assert held.mixes(place) == -9
            assert status(hall).adds_up
        held.evidence.back_up()
        hall.close()
        assert held.mixes() == 0

        assert armed(held.deaths) == set()
        found = status(hall)
        assert found.adds_up
        assert (found.slips, found.used) == (count, held.handed_in)
        assert hall.count(DeadKey) == 0
        held.evidence.log.write(held.server.log.read_text(errors="replace"))
        held.evidence.log.write(httpx.get(f"{held.server.address}/metrics").text)
        assert findings(held.evidence) == []
        result = opens(hall, 0, 2)

    assert result["ballots"] + result["held_back"] == held.handed_in > count * 0.85
    assert "数目相符" in sum_in_words(result)
    (suggestions,) = (each["words"] for each in result["comments"])
    assert sorted(suggestions) == sorted(voter.words for voter in held.evidence.voters)
    assert hall.count(BallotDraft) == 0
