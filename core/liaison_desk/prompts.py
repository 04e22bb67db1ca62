"""What this desk says, as meaning; `bot/rendering/liaison.py` puts it into words."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.conversation.prompts import SidePrompt
from core.liaisons.kinds import Kind
from core.rectification.words import Act, State


@dataclass(frozen=True, slots=True)
class Step:
    """
    One link: the words on it, what it carries (`taps.encode`), and what the person sees as their own bubble.

    `number` may be typed instead; 0: nothing.
    """

    label: str
    code: int
    echo: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item on a list. `subject` is '' unless the phone acts for several; `days_left` below 0: overdue."""

    number: int
    subject: str
    category: str
    text: str
    deadline: date
    days_left: int
    state: State
    waits_for_extension: bool
    acts: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class BoundNow(SidePrompt):
    """This phone acts for `subject` from now on. `replaced`: another phone no longer does."""

    subject: str
    kind: Kind
    replaced: bool
    from_day: date | None
    until_day: date | None


@dataclass(frozen=True, slots=True)
class CodeWrong(SidePrompt):
    """No living code says so: mistyped, used, expired or revoked."""


@dataclass(frozen=True, slots=True)
class CodeMustWait(SidePrompt):
    """Too many wrong codes; `minutes` until the next one is looked at."""

    minutes: int


@dataclass(frozen=True, slots=True)
class BindingOver(SidePrompt):
    """This phone no longer acts: `why` is replaced, revoked or left."""

    why: str


@dataclass(frozen=True, slots=True)
class NotBound(SidePrompt):
    """They want to do a liaison's work, and no liaison's phone is this."""


@dataclass(frozen=True, slots=True)
class NotYourDays(SidePrompt):
    """A stand-in outside the days."""


@dataclass(frozen=True, slots=True)
class ItemList(SidePrompt):
    """What is in hand, the most pressing first; `page` is which part to show. `foot` are links below it."""

    rows: tuple[ItemRow, ...]
    overdue: int
    soon: int
    page: int
    more: Step
    foot: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ItemShown(SidePrompt):
    """One item in full, as far as there is room."""

    row: ItemRow
    text: str
    measures: str
    percent: int
    return_words: str


@dataclass(frozen=True, slots=True)
class AskText(SidePrompt):
    """What is to be written for this act; `steps` are other ways on."""

    number: int
    act: Act
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AskWhy(SidePrompt):
    """Which class of reason the extension has."""

    number: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AskUntil(SidePrompt):
    """Until when; a day may be typed. `was_wrong`: what they typed is no day, or not a later one."""

    number: int
    deadline: date
    was_wrong: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ActDone(SidePrompt):
    """
    An act is in the log; others hear of it after `undo_seconds`. `files` came with it.

    `until` is an extension's new date. `takes_files`: photos and voice sent now belong to it.
    """

    number: int
    act: Act
    undo_seconds: int
    takes_files: bool
    files: int
    until: date | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ActUndone(SidePrompt):
    """It was taken back."""

    number: int
    act: Act


@dataclass(frozen=True, slots=True)
class CannotAct(SidePrompt):
    """It cannot be done; `words` are the core's own, and say what is possible now."""

    words: str


@dataclass(frozen=True, slots=True)
class WhichMeant(SidePrompt):
    """In the middle of a questionnaire's open question: for the item, or the answer?"""

    number: int
    kind: Literal["words", "photo", "voice"]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class WhichItem(SidePrompt):
    """A photo or voice came and nobody knows for which item."""

    kind: Literal["photo", "voice"]
    rows: tuple[ItemRow, ...]
    page: int
    more: Step
    foot: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class FileAttached(SidePrompt):
    """It belongs to the item's last act now; `count` are with it."""

    number: int
    kind: Literal["photo", "voice"]
    count: int


@dataclass(frozen=True, slots=True)
class FileAwaitsWords(SidePrompt):
    """It is kept, and some words are still to come."""

    number: int
    act: Act
    count: int


@dataclass(frozen=True, slots=True)
class Cancelled(SidePrompt):
    """What they had begun is given up; nothing was filed."""


@dataclass(frozen=True, slots=True)
class LiaisonHelp(SidePrompt):
    """What a liaison can do here."""


@dataclass(frozen=True, slots=True)
class NotACommand(SidePrompt):
    """A liaison wrote something that is neither a command nor an answer."""

    words: str


@dataclass(frozen=True, slots=True)
class KindNotTaken(SidePrompt):
    """
    A liaison sent what no item takes: `kind` is video, link, location or what the platform calls it.

    `number`: the item a photo or voice sent now would belong to; 0 when there is none.
    """

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class NothingToUndo(SidePrompt):
    """They want to take something back, and there is nothing."""


@dataclass(frozen=True, slots=True)
class AdAsksPlace(SidePrompt):
    """
    Where material was hung up. `needs_township`: a county's liaison has to name one; `unknown` are words that
    name none. `has_photo`: the photo is there already.
    """

    needs_township: bool
    unknown: str
    has_photo: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AdAsksPhoto(SidePrompt):
    """Place and day are known; a photo is still to come."""

    place: str
    words: str
    day: date
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AdDone(SidePrompt):
    """It is in the ledger, with `count` photos."""

    place: str
    words: str
    day: date
    count: int
