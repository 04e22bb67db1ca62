"""Pieces for what liaisons are told of material that was hung up."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bot import liaison_phrases as phrases
from bot.rendering.around import Around
from bot.rendering.pieces import Link, Piece
from bot.rendering.plain_text import clean, clip, quote
from core.conversation.prompts import Prompt
from core.liaison_desk.prompts import AdAsksPhoto, AdAsksPlace, AdDone, Step
from core.liaison_desk.taps import DESK

WORDS_CHARS = 120


def _links(around: Around, steps: tuple[Step, ...]) -> tuple[Link, ...]:
    return tuple(around.side(DESK, step.label, step.code, step.echo, step.number) for step in steps)


def ad_asks_place(prompt: AdAsksPlace, around: Around) -> Piece:
    """Where it hangs."""
    lines = (
        phrases.AD_HAS_PHOTO if prompt.has_photo else "",
        phrases.ad_unknown(quote(prompt.unknown)) if prompt.unknown else "",
        phrases.AD_ASK_TOWNSHIP if prompt.needs_township else phrases.AD_ASK_PLACE,
    )
    return Piece(text="\n".join(filter(None, lines)), acts=_links(around, prompt.steps))


def ad_asks_photo(prompt: AdAsksPhoto, around: Around) -> Piece:
    """A photo is still to come."""
    where = _where(prompt.place, prompt.words)
    return Piece(text=phrases.ad_asks_photo(where, prompt.day), acts=_links(around, prompt.steps))


def ad_done(prompt: AdDone, around: Around) -> Piece:
    """It is in the ledger."""
    return Piece(text=phrases.ad_done(_where(prompt.place, prompt.words), prompt.day, prompt.count))


def _where(place: str, words: str) -> str:
    named, told = clip(clean(place), WORDS_CHARS), clip(clean(words), WORDS_CHARS)
    return named if told in named else f"{named}{told}"


PUBLICITY_RENDERERS: Mapping[type[Prompt], Callable[[Any, Around], Piece]] = MappingProxyType(
    {AdAsksPhoto: ad_asks_photo, AdAsksPlace: ad_asks_place, AdDone: ad_done}
)
