"""
Acts on items in the chat: begun, asked for what they need, done, taken back.

An act that needs nothing more is done at once. What is refused is told in the core's own words, which say
what is possible now.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date

from core.audit.acts import Act as Audited
from core.audit.acts import about
from core.liaison_desk.call import Call
from core.liaison_desk.grammar import day_in, months_later, percent_in
from core.liaison_desk.note import WAITS, Last, Pending, is_fresh
from core.liaison_desk.prompts import (
    ActDone,
    ActUndone,
    AskText,
    AskUntil,
    AskWhy,
    Cancelled,
    NothingToUndo,
    Step,
)
from core.liaison_desk.rows import steps_for
from core.liaison_desk.taps import Verb, encode
from core.rectification.authors import Author, who_is
from core.rectification.details import NO_DETAILS, Details, load
from core.rectification.models import ItemAct
from core.rectification.service import UNDO_SECONDS, do, possible_acts, withdraw
from core.rectification.store import log_of
from core.rectification.words import ACT_TITLES, WHY_TITLES, Act, Why
from core.rectification.workflow import Missing, NoSuchItem, check

CANCEL = Step("算了", encode(Verb.CANCEL), "算了")
UNDO_LABEL = "撤回"
# Acts whose record photos sent next belong to.
TAKES_FILES = frozenset({Act.PROGRESS, Act.MEASURES, Act.APPLY, Act.ASK_EXTENSION})
MONTHS_OFFERED = (1, 3, 6)
NEEDS_TEXT = frozenset({Act.PROGRESS, Act.MEASURES, Act.APPLY})
WHYS = tuple(Why)


def begin(call: Call, number: int, act: Act, words: str = "") -> None:
    """They want to do `act`; `words` came with it, or have to be asked for."""
    call.change(pending=None, ad=None)
    with call.politely():
        with call.session() as session:
            author, _item, standing = call.find(session, number)
            who = who_is(author, standing)
            if who is None:
                raise NoSuchItem
            with suppress(Missing):  # allowed, and it needs words: they are asked for now
                check(number, standing, act, who, NO_DETAILS, call.today)
            can_repeat = act is Act.APPLY and standing.progress_at is not None
        if act is Act.ASK_EXTENSION:
            call.change(pending=_begun(call, number, act, "why"))
            _ask_why(call, number)
        elif act in NEEDS_TEXT and not words:
            call.change(pending=_begun(call, number, act, "text"))
            _ask_text(call, number, act, can_repeat=can_repeat)
        else:
            finish(call, number, act, _details(act, words))


def _begun(call: Call, number: int, act: Act, step: str) -> Pending:
    return Pending(act.value, number, step, call.at(), amid=call.visitor.open_question is not None)


def finish(call: Call, number: int, act: Act, details: Details, files: tuple[str, ...] = ()) -> None:
    """Do it, and say how to take it back."""
    with call.session() as session:
        author, _item, _standing = call.find(session, number)
        done = do(session, number, act, author, call.now, details, files=files)
        acts = possible_acts(done.standing, author)
    note_act(call, author, number, ACT_TITLES[act])
    takes_files = act in TAKES_FILES
    call.change(pending=None, last=Last(done.act_id, number, act.value, call.at()))
    undo = Step(UNDO_LABEL, encode(Verb.UNDO, done.act_id), UNDO_LABEL)
    call.say(
        ActDone(
            number=number,
            act=act,
            undo_seconds=UNDO_SECONDS,
            takes_files=takes_files,
            files=len(files),
            until=details.until,
            steps=(undo, *[step for step in steps_for(number, done.standing, acts) if _is_next(act, step)]),
        )
    )


def note_act(call: Call, author: Author, number: int, what: str) -> None:
    """For the audit log; the item's own log has the rest."""
    assert author.liaison_id is not None, "whoever acts in the chat is a liaison"
    details = {"做法": what, "单位": author.subject_code}
    call.note_done(Audited.ITEM_CHANGED, author.liaison_id, about("item", number), details)


def _is_next(act: Act, step: Step) -> bool:
    """After claiming, what comes first; after anything else only the way back."""
    return act is Act.CLAIM and step.label in ("报措施", "办进展")


def undo(call: Call, act_id: int | None = None) -> None:
    """Take an act back: the one of a link, or the last one."""
    if act_id is None:
        if call.note.last is None:
            call.say(NothingToUndo())
            return
        act_id = call.note.last.act_id
    with call.politely():
        with call.session() as session:
            row = session.get(ItemAct, act_id)
            if row is None:
                raise NoSuchItem
            author, _item, _standing = call.find(session, row.item_number)
            undone = withdraw(session, act_id, author, call.now)
            act = Act(row.act)
        note_act(call, author, undone.number, ACT_TITLES[Act.WITHDRAW])
        call.change(last=None, pending=None)
        call.say(ActUndone(undone.number, act))


def cancel(call: Call) -> None:
    """Give up what was begun."""
    call.change(pending=None, held=None, ad=None)
    call.say(Cancelled())


# What an act still needs ---------------------------------------------------------------------------------


def is_pending(call: Call) -> bool:
    """Whether words are waited for."""
    pending = call.note.pending
    return pending is not None and is_fresh(pending.at, call.now, WAITS)


def go_on(call: Call, words: str) -> None:
    """Words came for what was begun."""
    pending = call.note.pending
    assert pending is not None, "asked before"
    if pending.step == "why":
        chosen = _why_meant(words)
        if chosen is None:
            _ask_why(call, pending.number)
        else:
            choose_why(call, chosen)
    elif pending.step == "until":
        day = _day_meant(call, words, pending)
        if day is None:
            _ask_until(call, pending.number, _deadline(call, pending.number), was_wrong=True)
        else:
            choose_until(call, day)
    else:
        act = Act(pending.act)
        with call.politely():
            finish(call, pending.number, act, _with_pending(_details(act, words), pending), pending.files)


def go_on_with_voice(call: Call, words: str, key: str) -> None:
    """A voice in place of words: it is kept with the act, `words` stand until it is typed up."""
    add_files(call, (key,))
    go_on(call, words)


def add_files(call: Call, keys: tuple[str, ...]) -> None:
    """Photos came before the words of what was begun."""
    pending = call.note.pending
    if pending is not None:
        call.change(pending=replace(pending, files=(*pending.files, *keys), at=call.at()))


def choose_why(call: Call, position: int) -> None:
    """The class of the reason, by its position from 1."""
    pending = call.note.pending
    if pending is None or pending.act != Act.ASK_EXTENSION.value or not 0 < position <= len(WHYS):
        call.say(Cancelled())
        return
    deadline = _deadline(call, pending.number)
    if deadline is None:
        return
    call.change(pending=replace(pending, step="until", why=WHYS[position - 1].value, at=call.at()))
    _ask_until(call, pending.number, deadline)


def choose_until(call: Call, day: date) -> None:
    """The new date; it must be later than the present one."""
    pending = call.note.pending
    if pending is None or pending.act != Act.ASK_EXTENSION.value or not pending.why:
        call.say(Cancelled())
        return
    deadline = _deadline(call, pending.number)
    if deadline is None:
        return
    if day <= max(deadline, call.today):
        _ask_until(call, pending.number, deadline, was_wrong=True)
        return
    call.change(pending=replace(pending, step="text", until=day.isoformat(), at=call.at()))
    _ask_text(call, pending.number, Act.ASK_EXTENSION, can_repeat=False)


def same_words(call: Call, number: int) -> None:
    """Apply for closing with what the last progress said."""
    with call.politely():
        with call.session() as session:
            call.find(session, number)
            rows = log_of(session, number)
            taken_back = {row.withdraws for row in rows}
            said = [
                load(row.details).text
                for row in rows
                if row.act == Act.PROGRESS.value and row.id not in taken_back
            ]
        if not said:
            begin(call, number, Act.APPLY)
        else:
            files = call.note.pending.files if call.note.pending else ()
            finish(call, number, Act.APPLY, Details(text=said[-1]), files)


def _details(act: Act, words: str) -> Details:
    percent = percent_in(words) if act is Act.PROGRESS else None
    return Details(text=words, percent=percent)


def _with_pending(details: Details, pending: Pending) -> Details:
    if pending.act != Act.ASK_EXTENSION.value:
        return details
    return replace(details, why=Why(pending.why), until=date.fromisoformat(pending.until))


def _why_meant(words: str) -> int | None:
    """The reason's position: its number or its title."""
    said = words.strip().strip("。.")
    for position, why in enumerate(WHYS, start=1):
        if said in (str(position), WHY_TITLES[why]):
            return position
    return None


def _day_meant(call: Call, words: str, pending: Pending) -> date | None:
    said = words.strip()
    deadline = _deadline(call, pending.number)
    if deadline is not None and said in [str(n) for n in range(1, len(MONTHS_OFFERED) + 1)]:
        return months_later(max(deadline, call.today), MONTHS_OFFERED[int(said) - 1])
    return day_in(said, call.today)


def _deadline(call: Call, number: int) -> date | None:
    """The item's deadline; None when it is no longer theirs, which is said."""
    with call.politely(), call.session() as session:
        return call.find(session, number)[2].deadline
    return None


def _ask_why(call: Call, number: int) -> None:
    steps = [
        Step(WHY_TITLES[why], encode(Verb.WHY, position), WHY_TITLES[why], position)
        for position, why in enumerate(WHYS, start=1)
    ]
    call.say(AskWhy(number, (*steps, CANCEL)))


def _ask_until(call: Call, number: int, deadline: date | None, *, was_wrong: bool = False) -> None:
    if deadline is None:
        return
    steps = []
    for position, months in enumerate(MONTHS_OFFERED, start=1):
        day = months_later(max(deadline, call.today), months)
        label = f"{day.year}年{day.month}月{day.day}日"
        steps.append(Step(label, encode(Verb.UNTIL, int(f"{day:%Y%m%d}")), label, position))
    call.say(AskUntil(number, deadline, was_wrong, (*steps, CANCEL)))


def _ask_text(call: Call, number: int, act: Act, *, can_repeat: bool) -> None:
    same = Step("就用上次进展的话", encode(Verb.SAME_WORDS, number), f"{number}用上次进展的话")
    call.say(AskText(number, act, (*([same] if can_repeat else []), CANCEL)))
