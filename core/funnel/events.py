"""
What is counted on the way from a code to the end: plain data, made by the turn, stored as it happened.

Scans and follows are the code's that was scanned. What follows belongs to the first code that led there
(`core.conversation.leads`), also when another one was scanned in between. Nobody is named: `person` is a
keyed hash of its own for each round.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.clock import SHANGHAI
from core.codes.scenes import MAX_SCENE_CHARS, parse_scene
from core.people.keys import person_hash

# What stands in place of a round, for what happens while none is open.
NO_ROUND = 0
# A code that nobody we know put up: unknown, or its place or unit is gone without a successor.
UNKNOWN = "?"
# What a plain code hangs on; materials are made of letters, digits and `_`, so this is none of them.
PLAIN = "-"
COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9
_HOUR = timedelta(hours=1)


class Kind(StrEnum):
    """
    start: consent was given. complete, break_off, refused: how it ended; other: not eligible, call back.

    A new follower who came by a code is a scan and a follow.
    """

    SCAN = "scan"
    FOLLOW = "follow"
    START = "start"
    COMPLETE = "complete"
    BREAK_OFF = "break_off"
    REFUSED = "refused"
    OTHER = "other"
    UNFOLLOW = "unfollow"


@dataclass(frozen=True, slots=True)
class Credit:
    """
    Whose way in it was.

    `owner`: a county's or unit's code, `UNKNOWN`, or '' without a code. `township`: the township's, or the
    county's for a code of the county itself; '' for a unit. `scene`: the code as scanned, '' when the place
    was chosen in the chat. `material`: what it hangs on, `PLAIN`, or ''.
    """

    owner: str = ""
    township: str = ""
    scene: str = ""
    material: str = ""

    @classmethod
    def of_place(cls, place_code: str, scene: str) -> "Credit":
        """A place's code, or with an empty scene a place that was chosen in the chat."""
        return cls(
            place_code[:COUNTY_DIGITS],
            place_code[:TOWNSHIP_DIGITS],
            scene[:MAX_SCENE_CHARS],
            material_in(scene),
        )

    @classmethod
    def of_unit(cls, unit_code: str, scene: str) -> "Credit":
        """A unit's code."""
        return cls(unit_code, "", scene[:MAX_SCENE_CHARS], material_in(scene))

    @classmethod
    def of_nobody(cls, scene: str) -> "Credit":
        """A code that means nothing to us."""
        return cls(UNKNOWN, "", scene[:MAX_SCENE_CHARS], UNKNOWN)


@dataclass(frozen=True, slots=True)
class FunnelEvent:
    """
    One thing that happened to one person.

    `question`: for a break-off, the questionnaire and the question they stopped at (`residents-2021/gov`).
    """

    round_id: int
    kind: Kind
    credit: Credit
    person: str
    at: datetime
    question: str = ""


def material_in(scene: str) -> str:
    """What a code hangs on, from its scene (`p_451202101_bus`, `u_U017`); '' without a scene."""
    known = parse_scene(scene)
    return (known.material or PLAIN) if known else ""


def hour_of(moment: datetime) -> int:
    """Whole hours since 1970 began in Shanghai; with 24 to the day, counters can be kept by whole numbers."""
    since = moment - datetime(1970, 1, 1, tzinfo=SHANGHAI)
    return since // _HOUR


def counted_as(key: bytes, account: str) -> str:
    """
    Under what a person is counted: made from their hash in the round, and not to be joined with it.

    So events tell people from visits, and say neither who it was nor which answers are theirs.
    """
    return person_hash(key, f"funnel/{account}")
