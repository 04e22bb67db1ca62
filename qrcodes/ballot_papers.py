"""
Papers of the leaders' ballot: slips to be cut apart, the blank sheet, a card for each witness, the protocol
of the count.

Set by the same press as posters. Each function gives one PDF file; nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qrcodes.code import make_code
from qrcodes.colours import Palette
from qrcodes.press import FONT_FAMILY, Press
from qrcodes.templates.base import PT_PER_MM

A4_MM = (210, 297)
_A4 = {"width": A4_MM[0] * PT_PER_MM, "height": A4_MM[1] * PT_PER_MM, "font": FONT_FAMILY}


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """
    One slip. `url` is the platform's code, `characters` what may be typed instead, `code_until` the last day
    of the code, `open_until` the end of the round, both in words.
    """

    url: str
    characters: str
    code_until: str
    open_until: str


@dataclass(frozen=True, slots=True)
class PrintedShare:
    """One witness's card."""

    witness: str
    share: str


def slip_sheets(press: Press, title: str, owner: str, page: str, slips: Sequence[PrintedSlip]) -> bytes:
    """Ten slips on an A4 page with marks to cut along; `page` is the address to type them at."""
    palette = Palette()
    signs = [
        {
            "code": make_code(slip.url, palette).svg(),
            "scene": "",
            "characters": slip.characters,
            "code-until": slip.code_until,
            "open-until": slip.open_until,
        }
        for slip in slips
    ]
    return press.document(
        "ballot_slips.typ", _A4 | {"title": title, "owner": owner, "page": page, "signs": signs}
    )


def share_cards(press: Press, title: str, needed: int, shares: Sequence[PrintedShare]) -> bytes:
    """One A4 page a witness, to be folded and kept."""
    listed = [{"witness": share.witness, "share": share.share} for share in shares]
    return press.document(
        "ballot_shares.typ", _A4 | {"title": title, "needed": needed, "count": len(listed), "shares": listed}
    )


def protocol(press: Press, data: dict[str, Any]) -> bytes:
    """The protocol of the count: what was counted, the tables, lines for signatures, the checksum."""
    return press.document("ballot_protocol.typ", _A4 | data)


def blank_form(press: Press, owner: str, form: dict[str, Any]) -> bytes:
    """The sheet to be filled in by hand, from its `title`, `tables` and `questions`."""
    return press.document("ballot_form.typ", _A4 | {"owner": owner} | form)
