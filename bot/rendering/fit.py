"""
Making a reply fit: never over 2,048 bytes of UTF-8, links included.

The platform documents no limit for a text reply; several bots split at 2,048 bytes including the markup,
and longer replies have been reported lost (docs: wechat-platform, read 2026-11). In this order: everything;
options without links, to be typed; no links at all; no help; then parts that the person pages through. A
list of places keeps its links and is paged instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot import phrases
from bot.rendering.pieces import Link, Look, Piece
from bot.rendering.plain_text import byte_length, clip, pieces_of

LIMIT_BYTES = 2048
GAP = "\n\n"

# What may stand around the paged lines of a part; the rest of the bubble is theirs.
NOTICES_BYTES = 400
ACTS_BYTES = 500
TITLE_CHARS = 60
FEW_OPTIONS_BYTES = 900

_FULL = Look()
_NARROWER = (
    Look(option_links=False),
    Look(option_links=False, act_links=False),
    Look(option_links=False, help=False),
    Look(option_links=False, act_links=False, help=False),
)
_NARROWER_PLACES = (Look(help=False),)


def compose(pieces: Sequence[Piece], links: bool) -> str:
    """The pieces as one text that fits. `links` False: no links at all."""
    if not pieces:
        return ""
    if not links:
        looks: tuple[Look, ...] = _NARROWER[1::2]
    elif any(piece.is_place_list for piece in pieces):
        looks = (_FULL, *_NARROWER_PLACES)
    else:
        looks = (_FULL, *_NARROWER)
    for look in looks:
        whole = GAP.join(piece.show(look) for piece in pieces)
        if byte_length(whole) <= LIMIT_BYTES:
            return whole
    return _part(pieces, _look_of_parts(pieces, links))


def _look_of_parts(pieces: Sequence[Piece], links: bool) -> Look:
    """In parts there is room again: for acts, for places, and for options that are few."""
    linked = "".join(line for piece in pieces for line in piece.option_lines(_FULL))
    few = byte_length(linked) <= FEW_OPTIONS_BYTES
    places = any(piece.is_place_list for piece in pieces)
    return Look(option_links=links and (few or places), act_links=links, help=False)


def _part(pieces: Sequence[Piece], look: Look) -> str:
    """The part that the paged piece asks for."""
    notices = _notices([piece for piece in pieces if piece.passing], look)
    body = [piece for piece in pieces if not piece.passing] or list(pieces)
    paged = next((piece for piece in reversed(body) if piece.page is not None), body[-1])
    edge = _Edge.of(paged, look)
    room = LIMIT_BYTES - byte_length(notices) - edge.room_bytes - 4 * len(GAP)
    parts = _parts(body, paged, look, room)
    # What has no pages cannot be asked for again; its end is where the options stand.
    index = len(parts) - 1 if paged.page is None else paged.page % len(parts)
    return GAP.join(filter(None, (notices, *edge.around(parts[index], index, len(parts)))))


def _notices(passing: Sequence[Piece], look: Look) -> str:
    """The notices for the top of a part, never cut inside a link."""
    whole = GAP.join(piece.show(look) for piece in passing)
    if byte_length(whole) <= NOTICES_BYTES:
        return whole
    plain = Look(option_links=False, act_links=False)
    return pieces_of(GAP.join(piece.show(plain) for piece in passing), NOTICES_BYTES)[0]


@dataclass(frozen=True, slots=True)
class _Edge:
    """What stands around a part's lines: the title on later parts; acts, how to answer and 继续 below."""

    title: str
    acts: str
    how: str
    more: Link | None
    linked: bool
    is_list: bool

    @classmethod
    def of(cls, piece: Piece, look: Look) -> "_Edge":
        acts = piece.act_line(look)
        if byte_length(acts) > ACTS_BYTES:
            acts = pieces_of(piece.act_line(Look(act_links=False)), ACTS_BYTES)[0]
        return cls(
            title=clip(piece.title, TITLE_CHARS),
            acts=acts,
            how=piece.how_line(look),
            more=piece.more,
            linked=look.act_links,
            is_list=piece.is_place_list,
        )

    @property
    def room_bytes(self) -> int:
        widest = phrases.page_mark(999, 999)
        more = max(byte_length(self._more(index, 999)) for index in (0, 998))
        return byte_length(self.title + widest + self.acts + self.how) + more + 2 * len(GAP)

    def around(self, lines: str, index: int, count: int) -> Iterator[str]:
        """The part's blocks from top to bottom."""
        if index and self.title:
            yield f"{self.title}{phrases.page_mark(index + 1, count)}"
        yield lines
        yield "\n".join(filter(None, (self.acts, self._more(index, count), self.how)))

    def _more(self, index: int, count: int) -> str:
        """The link to the next part. A list's last part leads back to its first; a text just ends."""
        if self.more is None or count == 1 or (index == count - 1 and not self.is_list):
            return ""
        word = phrases.NEXT_PAGE if self.is_list else phrases.MORE
        label = phrases.FIRST_PAGE if index == count - 1 else word
        # From the second part on the title carries the mark.
        mark = "" if index and self.title else phrases.page_mark(index + 1, count)
        if not self.linked:
            return phrases.say_more(word, mark)
        return Link(f"{label}{mark}", word, self.more.tap).show(True)


def _parts(pieces: Sequence[Piece], paged: Piece, look: Look, room: int) -> list[str]:
    """All lines of all pieces, cut into parts of at most `room` bytes."""
    parts: list[str] = []
    current = ""
    for piece in pieces:
        blocks = _lines(piece, look, room)
        if piece is paged and current:
            whole = sum(byte_length(line) + len(gap) for gap, line in blocks)
            if byte_length(current) + whole > room:
                # The question starts a part of its own, so that its title stands above its options.
                parts.append(current)
                current = ""
        for gap, line in blocks:
            if current and byte_length(current) + len(gap) + byte_length(line) > room:
                parts.append(current)
                current = line
            else:
                current = f"{current}{gap}{line}" if current else line
    return [*parts, current]


def _lines(piece: Piece, look: Look, room: int) -> list[tuple[str, str]]:
    """The piece's lines, each with what separates it from the one before; none longer than `room`."""
    lines: list[tuple[str, str]] = []
    for text in filter(None, piece.words(look).split("\n")):
        lines.extend((GAP if not lines else "\n", stretch) for stretch in pieces_of(text, room))
    if look.help and piece.help:
        lines.extend(("\n", stretch) for stretch in pieces_of(piece.help, room))
    for index, (option, line) in enumerate(zip(piece.options, piece.option_lines(look), strict=True)):
        fitting = line if byte_length(line) <= room else option.show(False)
        lines.append(("\n" if index else GAP, fitting))
    return lines
