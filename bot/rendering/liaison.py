"""Pieces for what liaisons are told: binding, items in hand, acts and what they still need."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot import liaison_phrases as phrases
from bot.rendering.around import Around
from bot.rendering.pieces import Link, Piece, Row
from bot.rendering.plain_text import clean, clip, quote
from bot.rendering.publicity import PUBLICITY_RENDERERS
from core.conversation.prompts import Prompt
from core.liaison_desk.prompts import (
    ActDone,
    ActUndone,
    AskText,
    AskUntil,
    AskWhy,
    BindingOver,
    BoundNow,
    Cancelled,
    CannotAct,
    CodeMustWait,
    CodeWrong,
    FileAttached,
    FileAwaitsWords,
    ItemList,
    ItemRow,
    ItemShown,
    KindNotTaken,
    LiaisonHelp,
    NotACommand,
    NotBound,
    NothingToUndo,
    NotYourDays,
    Step,
    WhichItem,
    WhichMeant,
)
from core.liaison_desk.taps import DESK
from core.liaisons.kinds import KIND_TITLES
from core.rectification.words import ACT_TITLES, STATE_TITLES, Act, State

# What an item is about, on a list.
TOPIC_CHARS = 14
CATEGORY_CHARS = 10
TEXT_CHARS = 400
WORDS_CHARS = 120

_THINGS = {"photo": phrases.PHOTO, "voice": phrases.VOICE}


def _links(around: Around, steps: Sequence[Step]) -> tuple[Link, ...]:
    return tuple(around.side(DESK, step.label, step.code, step.echo, step.number) for step in steps)


def _row(around: Around, row: ItemRow) -> Row:
    return Row(_row_words(row), _links(around, row.acts))


def _row_words(row: ItemRow) -> str:
    topic = clip(clean(row.text), TOPIC_CHARS)
    what = "·".join(filter(None, (clip(clean(row.category), CATEGORY_CHARS), topic)))
    state = {State.ASSIGNED: phrases.STATE_ASSIGNED, State.RETURNED: phrases.STATE_RETURNED}.get(
        row.state, phrases.WAITS_FOR_EXTENSION if row.waits_for_extension else ""
    )
    due = phrases.due(row.deadline, row.days_left)
    return phrases.row(row.number, clip(clean(row.subject), CATEGORY_CHARS), what, due, state)


def bound_now(prompt: BoundNow, around: Around) -> Piece:
    """This phone acts from now on."""
    first, last = prompt.from_day, prompt.until_day
    days = phrases.only_between(first, last) if first and last else ""
    lines = (
        phrases.bound(clean(prompt.subject), KIND_TITLES[prompt.kind]),
        days,
        phrases.REPLACED if prompt.replaced else "",
        phrases.WHAT_NEXT,
    )
    return Piece(text="\n".join(filter(None, lines)))


def code_wrong(prompt: CodeWrong, around: Around) -> Piece:
    """No living code says so."""
    return Piece(text=phrases.CODE_WRONG)


def code_must_wait(prompt: CodeMustWait, around: Around) -> Piece:
    """Too many wrong codes."""
    return Piece(text=phrases.code_must_wait(prompt.minutes))


def binding_over(prompt: BindingOver, around: Around) -> Piece:
    """This phone no longer acts."""
    return Piece(text=phrases.OVER.get(prompt.why, phrases.OVER_OTHERWISE), passing=True)


def not_bound(prompt: NotBound, around: Around) -> Piece:
    """How to get bound."""
    return Piece(text=phrases.NOT_BOUND)


def not_your_days(prompt: NotYourDays, around: Around) -> Piece:
    """A stand-in outside the days."""
    return Piece(text=phrases.NOT_YOUR_DAYS)


def item_list(prompt: ItemList, around: Around) -> Piece:
    """What is in hand."""
    count = len(prompt.rows)
    head = phrases.in_hand(count, prompt.overdue, prompt.soon) if count else phrases.NOTHING_IN_HAND
    return Piece(
        text=head,
        options=tuple(_row(around, row) for row in prompt.rows),
        acts=_links(around, prompt.foot),
        how=phrases.LIST_HOW if count else "",
        how_typed=phrases.LIST_HOW_TYPED,
        title=head,
        page=prompt.page,
        more=_links(around, [prompt.more])[0],
        is_place_list=True,
    )


def item_shown(prompt: ItemShown, around: Around) -> Piece:
    """One item in full."""
    row = prompt.row
    lines = (
        f"{_row_words(row)}",
        clip(clean(prompt.text), TEXT_CHARS),
        phrases.state_now(STATE_TITLES[row.state]),
        phrases.measures(clip(clean(prompt.measures), WORDS_CHARS)) if prompt.measures else "",
        phrases.percent(prompt.percent) if prompt.percent else "",
        phrases.returned_with(clip(clean(prompt.return_words), WORDS_CHARS)) if prompt.return_words else "",
    )
    return Piece(text="\n".join(filter(None, lines)), acts=_links(around, row.acts))


def ask_text(prompt: AskText, around: Around) -> Piece:
    """What is to be written."""
    asked = phrases.ASK_TEXT[prompt.act.value if prompt.act.value in phrases.ASK_TEXT else "progress"]
    return Piece(text=asked.format(n=prompt.number), acts=_links(around, prompt.steps))


def ask_why(prompt: AskWhy, around: Around) -> Piece:
    """Which class of reason."""
    return Piece(
        text=phrases.ask_why(prompt.number),
        options=_links(around, prompt.steps),
        how=phrases.HOW_NUMBER,
        how_typed=phrases.HOW_NUMBER_TYPED,
    )


def ask_until(prompt: AskUntil, around: Around) -> Piece:
    """Until when."""
    words = phrases.ask_until(prompt.number, prompt.deadline)
    return Piece(
        text=f"{phrases.UNTIL_WRONG}\n{words}" if prompt.was_wrong else words,
        options=_links(around, prompt.steps),
        how=phrases.UNTIL_HOW,
        how_typed=phrases.UNTIL_HOW,
    )


def act_done(prompt: ActDone, around: Around) -> Piece:
    """It is in the log, and can be taken back for a while."""
    until = phrases.day(prompt.until) if prompt.until else ""
    done = phrases.DONE.get(prompt.act.value, phrases.DONE["progress"])
    lines = (
        done.format(n=prompt.number, until=until),
        phrases.with_files(prompt.files) if prompt.files else "",
        phrases.takes_files() if prompt.takes_files else "",
        phrases.undo_within(prompt.undo_seconds),
    )
    return Piece(text="\n".join(filter(None, lines)), acts=_links(around, prompt.steps))


def act_undone(prompt: ActUndone, around: Around) -> Piece:
    """Taken back."""
    return Piece(text=phrases.undone(prompt.number, ACT_TITLES[Act(prompt.act)]))


def cannot_act(prompt: CannotAct, around: Around) -> Piece:
    """Why not, and what is possible now."""
    return Piece(text=clean(prompt.words))


def which_meant(prompt: WhichMeant, around: Around) -> Piece:
    """For the item, or the questionnaire's answer?"""
    thing = _THINGS.get(prompt.kind, "")
    words = phrases.which_file(prompt.number, thing) if thing else phrases.which_words(prompt.number)
    return Piece(
        text=words,
        options=_links(around, prompt.steps),
        how=phrases.HOW_NUMBER,
        how_typed=phrases.HOW_NUMBER_TYPED,
    )


def which_item(prompt: WhichItem, around: Around) -> Piece:
    """For which item is it?"""
    thing = _THINGS.get(prompt.kind, phrases.PHOTO)
    head = phrases.which_item(thing) if prompt.rows else phrases.nothing_for(thing)
    return Piece(
        text=head,
        options=tuple(_row(around, row) for row in prompt.rows),
        acts=_links(around, prompt.foot),
        title=head,
        page=prompt.page,
        more=_links(around, [prompt.more])[0],
        is_place_list=True,
    )


def file_attached(prompt: FileAttached, around: Around) -> Piece:
    """It belongs to the last act."""
    thing = _THINGS.get(prompt.kind, phrases.PHOTO)
    return Piece(text=phrases.attached(prompt.number, thing, prompt.count))


def file_awaits_words(prompt: FileAwaitsWords, around: Around) -> Piece:
    """Some words are still to come."""
    return Piece(text=phrases.awaits_words(prompt.number, prompt.count))


def cancelled(prompt: Cancelled, around: Around) -> Piece:
    """Given up."""
    return Piece(text=phrases.CANCELLED)


def liaison_help(prompt: LiaisonHelp, around: Around) -> Piece:
    """What a liaison can do."""
    return Piece(text=phrases.HELP)


def not_a_command(prompt: NotACommand, around: Around) -> Piece:
    """Neither a command nor an answer."""
    return Piece(text=phrases.not_a_command(quote(prompt.words)))


def kind_not_taken(prompt: KindNotTaken, around: Around) -> Piece:
    """A video and the like."""
    return Piece(text=phrases.kind_not_taken(prompt.kind, prompt.number))


def nothing_to_undo(prompt: NothingToUndo, around: Around) -> Piece:
    """There is nothing to take back."""
    return Piece(text=phrases.NOTHING_TO_UNDO)


# One renderer a kind of prompt. `Any`, because each takes its own kind.
RENDERERS: Mapping[type[Prompt], Callable[[Any, Around], Piece]] = MappingProxyType(
    {
        **PUBLICITY_RENDERERS,
        ActDone: act_done,
        ActUndone: act_undone,
        AskText: ask_text,
        AskUntil: ask_until,
        AskWhy: ask_why,
        BindingOver: binding_over,
        BoundNow: bound_now,
        Cancelled: cancelled,
        CannotAct: cannot_act,
        CodeMustWait: code_must_wait,
        CodeWrong: code_wrong,
        FileAttached: file_attached,
        FileAwaitsWords: file_awaits_words,
        ItemList: item_list,
        ItemShown: item_shown,
        LiaisonHelp: liaison_help,
        KindNotTaken: kind_not_taken,
        NotACommand: not_a_command,
        NotBound: not_bound,
        NothingToUndo: nothing_to_undo,
        NotYourDays: not_your_days,
        WhichItem: which_item,
        WhichMeant: which_meant,
    }
)
