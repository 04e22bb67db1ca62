"""
What can be done to items: hand one out, act on it, take an act back. Takes a session, never commits.

Everything goes through here, whether it comes from the chat, the browser, a file or a command: the item is
locked, the table of `workflow.py` is asked, the act is appended to the log, the item's row follows.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.clock import in_words, local_day
from core.errors import Refused
from core.media.models import Media
from core.places.models import Place, Unit
from core.rectification.authors import Author, who_is
from core.rectification.details import NO_DETAILS, Details, Facts
from core.rectification.models import Item, ItemAct, ItemFile
from core.rectification.standing import Standing, after, replay
from core.rectification.store import (
    New,
    add,
    add_many,
    as_done,
    find,
    keep,
    log_of,
    next_number,
    standing_of,
    storable,
    write,
)
from core.rectification.words import ACT_TITLES, Act
from core.rectification.workflow import (
    BEGIN_BY,
    Missing,
    NoSuchItem,
    NotPossibleNow,
    check,
    possible,
    refuse_day,
)

log = logging.getLogger(__name__)

# How long a liaison may take an act back; others hear of it after that.
UNDO_SECONDS = 60
HELD_BY = "item"
MAX_FILES_PER_ACT = 9


class ChangedMeanwhile(Refused):
    """Somebody else acted on the item since the page was shown."""


class TooLateToUndo(Refused):
    """The minute is over, or somebody has acted since."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act: its number in the log, the item's number, how it stands, until when to undo."""

    act_id: int
    number: int
    standing: Standing
    undo_until: datetime | None


def get_item(session: Session, number: int, author: Author) -> tuple[Item, Standing]:
    """An item within the author's reach; NoSuchItem, also for one that is somebody else's."""
    item = find(session, number, author.reach)
    if item is None:
        raise NoSuchItem
    return item, standing_of(session, item)


def possible_acts(standing: Standing, author: Author) -> tuple[Act, ...]:
    """What the author can do to it now."""
    who = who_is(author, standing)
    return possible(standing, who) if who else ()


def add_item(session: Session, facts: Facts, author: Author, now: datetime) -> Outcome:
    """
    Hand a new item to its lead unit: text, category, source, lead and first deadline are needed.

    Missing for what is not there or cannot be: a deadline in the past, an unknown unit.
    """
    facts = _checked(session, facts)
    assert facts.first_deadline is not None, "checked"
    refuse_day(facts.first_deadline, local_day(now))
    return begin(session, facts, author, now)


def begin(session: Session, facts: Facts, author: Author, now: datetime, act: Act = Act.ASSIGN) -> Outcome:
    """A new item whose facts are checked already; `act` is assign or load."""
    standing = _begun(facts, act, author, now)
    number = next_number(session)
    add(session, number, standing)
    row = write(session, number, act, author, standing, Details(facts=facts), now, now)
    return Outcome(row.id, number, standing, None)


def begin_many(session: Session, facts: Sequence[tuple[Facts, Act]], author: Author, now: datetime) -> None:
    """The same for a whole list, in a handful of statements whatever its length; numbered in its order."""
    news = [New(act, _begun(given, act, author, now), Details(facts=given)) for given, act in facts]
    if news:
        add_many(session, next_number(session), news, author, now)


def _begun(facts: Facts, act: Act, author: Author, now: datetime) -> Standing:
    standing = after(None, act, Details(facts=facts), now)
    if who_is(author, standing) not in BEGIN_BY:
        raise NotPossibleNow("交办新的整改事项，由办公室来做。")
    return standing


def do(
    session: Session,
    number: int,
    act: Act,
    author: Author,
    now: datetime,
    details: Details = NO_DETAILS,
    *,
    seen_version: int | None = None,
    files: Sequence[str] = (),
) -> Outcome:
    """
    Do `act` to an item. `files` are keys of photos and voices in `media` that belong to it.

    `seen_version`: the item's version on the page the author acted from. NoSuchItem for an item that is not
    the author's; ChangedMeanwhile, NotPossibleNow or Missing (with what is possible now) change nothing.
    """
    item = find(session, number, author.reach, lock=True)
    if item is None:
        raise NoSuchItem
    before = standing_of(session, item)
    who = who_is(author, before)
    if who is None:
        raise NotPossibleNow(f"{number}号您可以看，不能办。")
    if seen_version is not None and seen_version != item.version:
        raise ChangedMeanwhile(_changed_words(session, number, now))
    details = replace(details, text=storable(details.text), was_due=_was_due(before, act, details))
    if act is Act.TRANSFER:
        details = replace(details, was_led_by=before.lead_code)
    if act is Act.GRANT_EXTENSION and details.until is None:
        details = replace(details, until=before.asked_until)
    check(number, before, act, who, details, local_day(now))
    _refuse_unknown(session, [details.code, *details.codes])
    if act is Act.TRANSCRIBE:
        _refuse_no_voice(session, number, details.file)
    standing = after(before, act, details, now)
    keep(session, item, standing)
    until = now + timedelta(seconds=UNDO_SECONDS) if author.may_undo else None
    row = write(session, number, act, author, standing, details, now, until or now)
    attach(session, row, files, now)
    log.info("item_act", extra={"item": number, "act": act.value, "origin": author.origin.value})
    return Outcome(row.id, number, standing, until)


def withdraw(session: Session, act_id: int, author: Author, now: datetime) -> Outcome:
    """
    Take back an act of one's own, within its minute and before anybody else acted.

    Appends to the log; the act itself stays in it. TooLateToUndo says why not.
    """
    row = session.get(ItemAct, act_id)
    item = find(session, row.item_number, author.reach, lock=True) if row else None
    if row is None or item is None:
        raise NoSuchItem
    rows = log_of(session, item.number)
    withdrawn = {each.withdraws for each in rows}
    standing_acts = [each for each in rows if each.withdraws is None and each.id not in withdrawn]
    is_own = (row.staff_id, row.liaison_id) == (author.staff_id, author.liaison_id)
    if not is_own or row.withdraws is not None or not author.may_undo:
        raise TooLateToUndo("只能撤回自己刚办的。")
    if row.id in withdrawn:
        raise TooLateToUndo(f"{item.number}号的“{ACT_TITLES[Act(row.act)]}”已经撤回过了。")
    if now >= row.effective_at:
        raise TooLateToUndo(
            f"过了{UNDO_SECONDS}秒，撤不回了。{item.number}号要改，请再办一次，或者联系办公室。"
        )
    if standing_acts[-1].id != row.id:
        raise TooLateToUndo(f"{item.number}号后来又有人办过，撤不回了。请看看现在的情况。")
    standing = replay(as_done(each for each in standing_acts if each.id != row.id))
    keep(session, item, standing)
    undo = write(session, item.number, Act.WITHDRAW, author, standing, NO_DETAILS, now, now, withdraws=row.id)
    return Outcome(undo.id, item.number, standing, None)


def attach(session: Session, row: ItemAct, files: Sequence[str], now: datetime) -> None:
    """Photos and voices (keys of `media`) belong to this act from now on."""
    counted = select(func.count()).select_from(ItemFile).where(ItemFile.act_id == row.id)
    if files and (session.scalar(counted) or 0) + len(files) > MAX_FILES_PER_ACT:
        raise Missing(f"一次最多附{MAX_FILES_PER_ACT}张照片。")
    for key in files:
        kind = session.scalar(select(Media.kind).where(Media.key == key))
        if kind is None or session.get(ItemFile, key) is not None:
            continue
        session.execute(update(Media).where(Media.key == key).values(held_by=HELD_BY))
        session.add(
            ItemFile(media_key=key, item_number=row.item_number, act_id=row.id, kind=kind, added_at=now)
        )
    session.flush()


def attach_later(
    session: Session, act_id: int, files: Sequence[str], author: Author, now: datetime
) -> ItemAct:
    """Photos sent after an act of one's own, in the chat. NoSuchItem for another's act."""
    row = session.get(ItemAct, act_id)
    if row is None or find(session, row.item_number, author.reach, lock=True) is None:
        raise NoSuchItem
    if (row.staff_id, row.liaison_id) != (author.staff_id, author.liaison_id):
        raise NoSuchItem
    if session.scalar(select(ItemAct.id).where(ItemAct.withdraws == act_id)) is not None:
        raise NotPossibleNow(
            f"{row.item_number}号的那次“{ACT_TITLES[Act(row.act)]}”已经撤回了，照片没有附上。"
        )
    attach(session, row, files, now)
    return row


def known_subjects(session: Session) -> dict[str, str]:
    """Every county and unit that can lead or assist, with its short name."""
    counties = select(Place.code, Place.short_name).where(Place.level == "county", ~Place.retired)
    units = select(Unit.code, Unit.short_name).where(~Unit.retired)
    return dict(session.execute(counties).all()) | dict(session.execute(units).all())


# Checks ------------------------------------------------------------------------------------------------


def _checked(session: Session, facts: Facts) -> Facts:
    facts = replace(facts, text=storable(facts.text or ""), assist=tuple(dict.fromkeys(facts.assist or ())))
    lacks = [
        words
        for value, words in (
            (facts.text, "请写清楚意见的内容。"),
            (facts.category, "请填类别。"),
            (facts.source, "请填来源。"),
            (facts.lead_code, "请选牵头单位。"),
            (facts.first_deadline, "请填整改时限。"),
        )
        if not value
    ]
    if lacks:
        raise Missing(lacks[0])
    _refuse_unknown(session, [facts.lead_code or "", *(facts.assist or ())])
    return replace(facts, assist=tuple(code for code in facts.assist or () if code != facts.lead_code))


def _refuse_unknown(session: Session, codes: Sequence[str]) -> None:
    asked = [code for code in codes if code]
    if not asked:
        return
    known = known_subjects(session)
    for code in asked:
        if code not in known:
            raise Missing(f"没有代码是“{code}”的县（区）或单位。")


def _refuse_no_voice(session: Session, number: int, key: str) -> None:
    """The voice message that was typed up has to be one of this item's."""
    file = session.get(ItemFile, key)
    if file is None or file.item_number != number or file.kind != "voice":
        raise Missing(f"{number}号没有这条语音。")


def _was_due(before: Standing, act: Act, details: Details) -> date | None:
    moves = act in (Act.GRANT_EXTENSION, Act.REOPEN, Act.ASK_EXTENSION) or details.until is not None
    return before.deadline if moves else None


def _changed_words(session: Session, number: int, now: datetime) -> str:
    last = log_of(session, number)[-1]
    by = f"{in_words(last.at, now)}，{ACT_TITLES[Act(last.act)]}"
    return f"{number}号在您打开以后有人办过（{by}）。什么都没有改，请看看现在的情况再办。"
