"""
The number a one-tap link carries: which round, which run, which question, which choice.

Sixteen digits, `1` + round (5) + run (3) + slot (4) + choice (3): other programs read the platform's
`bizmsgmenuid` as a 64-bit whole number, so ours is one too, and the leading 1 keeps the zeros behind it.
Links stay tappable in old chat bubbles for years: never change the layout, add another leading digit.

    1   a questionnaire's, and the questionnaires' desk's own: `TapId`
    2   liaisons: `core.liaison_desk`
    3   leaders' ballots

Links of side desks (2 to 8) carry fifteen digits that only the desk can read: `SideTapId`.
"""

import re
from dataclasses import dataclass

MAX_ROUND = 99_999
RUNS = 1_000  # a run is kept modulo this; nobody taps a link a thousand runs old
MAX_SLOT = 9_999
MAX_CHOICE = 999

QUESTIONNAIRES = 1
BALLOT_DESK = 3
SIDE_DESKS = range(2, 9)
SIDE_CODE_DIGITS = 15

_OURS = re.compile(r"1([0-9]{5})([0-9]{3})([0-9]{4})([0-9]{3})")
_SIDE = re.compile(r"([2-8])([0-9]{15})")


@dataclass(frozen=True, slots=True)
class TapId:
    """One link's number, taken apart. `run` is the run modulo `RUNS`."""

    round_id: int
    run: int
    slot: int
    choice: int

    @property
    def fits(self) -> bool:
        """Every part has room in its digits. A link that does not fit is shown as plain words."""
        return (
            0 <= self.round_id <= MAX_ROUND
            and self.run >= 0
            and 0 <= self.slot <= MAX_SLOT
            and 0 <= self.choice <= MAX_CHOICE
        )

    def encode(self) -> str:
        """The digits; ValueError when a part has no room in them."""
        if not self.fits:
            raise ValueError(f"no room in a tap id: {self}")
        return f"1{self.round_id:05}{self.run % RUNS:03}{self.slot:04}{self.choice:03}"

    def of_side_desk(self, desk: int) -> "SideTapId":
        """The same parts in a side desk's link; ValueError when one has no room."""
        return SideTapId(desk, int(self.encode()[1:]))

    @classmethod
    def decode(cls, digits: str | None) -> "TapId | None":
        """What the digits mean; None for whatever we did not make (missing, `0`, another program's)."""
        match = _OURS.fullmatch(digits or "")
        if match is None:
            return None
        round_id, run, slot, choice = map(int, match.groups())
        return cls(round_id, run, slot, choice)


@dataclass(frozen=True, slots=True)
class SideTapId:
    """The number of a side desk's link: which desk, and what the desk put in."""

    desk: int
    code: int

    @property
    def fits(self) -> bool:
        """Desk and code have room in their digits."""
        return self.desk in SIDE_DESKS and 0 <= self.code < 10**SIDE_CODE_DIGITS

    def encode(self) -> str:
        """The digits; ValueError when there is no room for them."""
        if not self.fits:
            raise ValueError(f"no room in a tap id: {self}")
        return f"{self.desk}{self.code:0{SIDE_CODE_DIGITS}}"

    @classmethod
    def decode(cls, digits: str | None) -> "SideTapId | None":
        """What the digits mean; None for whatever is not a side desk's."""
        match = _SIDE.fullmatch(digits or "")
        return cls(int(match[1]), int(match[2])) if match else None
