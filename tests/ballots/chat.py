"""Leaders in the chat: the real turns with the real words, without a web server."""

import itertools
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from sqlalchemy.orm import Session

from bot.tap_ids import SideTapId, TapId
from cli.serving import PERSON_KEY, renderer, world_loader
from core.ballots.desk import BallotDesk
from core.ballots.draft_keys import DraftKeys
from core.conversation.incoming import Followed, Happening, Incoming, Left, Scanned, Scene, SideTapped
from core.conversation.inputs import Photo, Said, Tapped
from core.conversation.turns import GroupedTurns
from core.people.keys import named_key
from core.responses.recording import Recorder
from tests.ballots.hall import Hall

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&<>]+)&msgmenuid=([0-9]+)">([^<>]+)</a>')


@dataclass
class Chat:
    """The account, as phones see it. `replies` keeps the last bubble of each phone, with its links."""

    hall: Hall
    replies: dict[str, str] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        hall = self.hall
        with Session(hall.engine) as session, session.begin():
            key = named_key(session, hall.ring, PERSON_KEY, hall.clock())
        self.turns = GroupedTurns(
            hall.engine,
            person_key=key,
            load_world=world_loader(hall.ring, hall.settings.office),
            book=Recorder(hall.ring.wrap),
            render=renderer(hall.settings.office),
            clock=hall.clock,
            side_desks=(
                BallotDesk(hall.hasher, DraftKeys(hall.var), "https://example.gov.cn/ballot/privacy"),
            ),
        )

    def delivery(self, who: str, what: Happening) -> Incoming:
        """A delivery of its own."""
        number = next(self.numbers)
        at = int(self.hall.clock().timestamp())
        return Incoming(who, f"key-{number}", f"{at}:{number}", at, what)

    def hears(self, who: str, what: Happening) -> str:
        """Send one delivery, a second after the one before; the words that are seen."""
        self.hall.clock.advance(seconds=1)
        reply = self.turns.take(self.delivery(who, what))
        assert len(reply.encode()) <= 2048
        self.replies[who] = reply
        return seen(reply)

    def scans(self, who: str, slip: str) -> str:
        """Scan a slip's code."""
        return self.hears(who, Scanned(Scene("slip", slip, "", f"s_{slip}"), f"s_{slip}"))

    def follows(self, who: str, slip: str) -> str:
        """Follow the account by a slip's code."""
        return self.hears(who, Followed(Scene("slip", slip, "", f"s_{slip}"), f"s_{slip}"))

    def says(self, who: str, *words: str) -> str:
        """Type one message after the other; what the last was answered with."""
        for each in words:
            reply = self.hears(who, Said(each))
        return reply

    def shows(self, who: str) -> str:
        """Send a picture."""
        return self.hears(who, Photo("media-1"))

    def leaves(self, who: str) -> str:
        """Unfollow."""
        return self.hears(who, Left())

    def taps(self, who: str, label: str, reply: str | None = None) -> str:
        """Tap the link whose label begins with these words, in the last bubble or in an older one."""
        for content, digits, shown in LINK.findall(self.replies[who] if reply is None else reply):
            if shown.startswith(label) or shown.partition(" ")[2].startswith(label):
                return self.hears(who, _tapped(digits, unquote(content)))
        raise AssertionError(f"no link says {label}: {self.replies[who]}")

    def fills_in(self, who: str, slip: str, digits: str = "12112", *, begins: bool = True) -> str:
        """Scan, agree, every county by digits; the summary."""
        if begins:
            self.scans(who, slip)
            self.taps(who, "开始评价")
        for _ in range(11):
            self.says(who, digits)
        reply = self.replies[who]
        for _ in range(20):
            if "交上" in reply:
                return seen(reply)
            self.says(who, "下一步")
            reply = self.replies[who]
        raise AssertionError(reply)

    def votes(self, who: str, slip: str, digits: str = "12112") -> str:
        """All of it, handed in."""
        self.fills_in(who, slip, digits)
        return self.taps(who, "交上")


def _tapped(digits: str, words: str) -> Tapped | SideTapped:
    tap = TapId.decode(digits)
    if tap is not None:
        return Tapped(tap.round_id, tap.run, tap.slot, tap.choice, words)
    side = SideTapId.decode(digits)
    assert side is not None, digits
    return SideTapped(side.desk, side.code, words)


def seen(reply: str) -> str:
    """The words on the screen."""
    return LINK.sub(lambda link: link[3], reply)
