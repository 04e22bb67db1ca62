"""An item's log as people read it: who did what, when, from where, with which photos. Pure reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.media.models import Media
from core.people.models import Staff
from core.rectification.authors import ORIGIN_TITLES, Author, Origin
from core.rectification.details import Details, Facts, load
from core.rectification.models import ItemAct, ItemFile
from core.rectification.service import known_subjects
from core.rectification.store import log_of
from core.rectification.words import ACT_TITLES, STATE_TITLES, WHY_TITLES, Act, State
from core.rectification.workflow import Who, day_words

_FACT_TITLES = {
    "text": "意见建议",
    "category": "类别",
    "source": "来源",
    "lead_code": "牵头单位",
    "assist": "协办单位",
    "first_deadline": "整改时限",
    "deadline": "现在的时限",
    "state": "状态",
    "done_on": "完成日期",
    "why_words": "未完成原因",
}
# Told when an item begins; the rest stands at the top of its page.
_AT_THE_BEGINNING = ("lead_code", "assist", "first_deadline", "state", "done_on")


@dataclass(frozen=True, slots=True)
class File:
    """A photo or voice of an act. `is_kept`: it can be shown; else it is to be fetched, or could not be."""

    key: str
    kind: str
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One act. `said` are sentences of ours, `text` the author's own words.

    `undo_until`: until when this reader can take it back; None when it is not theirs to.
    """

    act_id: int
    act: Act
    title: str
    who: str
    origin: str
    at: datetime
    said: tuple[str, ...]
    text: str
    files: tuple[File, ...]
    is_withdrawn: bool
    undo_until: datetime | None


def timeline(session: Session, number: int, reader: Author, now: datetime) -> list[Entry]:
    """The item's acts, the newest first. Whether the reader may see the item is asked before."""
    rows = log_of(session, number)
    names = known_subjects(session)
    staff = _staff(session, rows)
    files = _files(session, number)
    withdrawn = {row.withdraws for row in rows if row.withdraws is not None}
    last = next((row.id for row in reversed(rows) if row.withdraws is None and row.id not in withdrawn), 0)
    entries = []
    for row in rows:
        details = load(row.details)
        is_own = (row.staff_id, row.liaison_id) == (reader.staff_id, reader.liaison_id) and reader.may_undo
        can_undo = is_own and row.id == last and now < row.effective_at
        entries.append(
            Entry(
                act_id=row.id,
                act=Act(row.act),
                title=ACT_TITLES[Act(row.act)],
                who=_who(row, staff, names),
                origin=ORIGIN_TITLES[Origin(row.origin)],
                at=row.at,
                said=tuple(_said(row, details, names)),
                text=details.text,
                files=files.get(row.id, ()),
                is_withdrawn=row.id in withdrawn,
                undo_until=row.effective_at if can_undo else None,
            )
        )
    return entries[::-1]


def _staff(session: Session, rows: Sequence[ItemAct]) -> dict[int, str]:
    ids = {row.staff_id for row in rows if row.staff_id is not None}
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def _files(session: Session, number: int) -> dict[int, tuple[File, ...]]:
    found: dict[int, tuple[File, ...]] = {}
    query = (
        select(ItemFile.act_id, ItemFile.media_key, ItemFile.kind, Media.state)
        .join(Media, Media.key == ItemFile.media_key, isouter=True)
        .where(ItemFile.item_number == number)
        .order_by(ItemFile.added_at, ItemFile.media_key)
    )
    for act_id, key, kind, state in session.execute(query):
        found[act_id] = (*found.get(act_id, ()), File(key, kind, state == "kept"))
    return found


def _who(row: ItemAct, staff: Mapping[int, str], names: Mapping[str, str]) -> str:
    if row.author_kind == Who.SYSTEM:
        return "系统"
    if row.author_kind in (Who.LEAD, Who.ASSIST) or row.liaison_id is not None:
        return f"{names.get(row.author_code, row.author_code)}联络员"
    name = staff.get(row.staff_id or 0, "")
    return f"{names.get(row.author_code, '')}{name}" if row.author_kind == Who.COUNTY else name


def _said(row: ItemAct, details: Details, names: Mapping[str, str]) -> list[str]:
    """What the details mean, a sentence each."""
    said: list[str] = []
    act = Act(row.act)
    if details.percent is not None:
        said.append(f"进度{details.percent}%")
    if act is Act.ASK_EXTENSION and details.until and details.why:
        said.append(f"想从{_day(details.was_due)}延到{_day(details.until)}，原因：{WHY_TITLES[details.why]}")
    if act is Act.GRANT_EXTENSION:
        said.append(f"时限从{_day(details.was_due)}延到{_day(details.until)}")
    if act in (Act.REOPEN, Act.TRANSFER) and details.until:
        said.append(f"新的时限：{_day(details.until)}")
    if act is Act.TRANSFER:
        said.append(f"从{_named(details.was_led_by, names)}转给{_named(details.code, names)}")
    if act is Act.ASSIST:
        said.append(f"协办：{'、'.join(_named(code, names) for code in details.codes) or '没有了'}")
    if act is Act.SPLIT:
        said.append(f"拆成{'、'.join(f'{number}号' for number in details.numbers)}")
    if act is Act.MERGE:
        said.append(f"并入{details.numbers[0]}号")
    if act is Act.ABSORB:
        said.append(f"{details.numbers[0]}号并进来")
    if details.facts is not None:
        only = _AT_THE_BEGINNING if act in (Act.ASSIGN, Act.LOAD) else tuple(_FACT_TITLES)
        said += _facts_said(details.facts, only, names)
    return said


def _facts_said(facts: Facts, only: Sequence[str], names: Mapping[str, str]) -> list[str]:
    said = []
    for name, value in facts.said.items():
        if name not in only or value in ((), ""):
            continue
        if isinstance(value, State):
            words = STATE_TITLES[value]
        elif isinstance(value, date):
            words = _day(value)
        elif isinstance(value, tuple):
            words = "、".join(_named(code, names) for code in value)
        else:
            words = _named(str(value), names)
        said.append(f"{_FACT_TITLES[name]}：{words}")
    if facts.split_from is not None:
        said.append(f"从{facts.split_from}号拆出来")
    return said


def _named(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)


def _day(day: date | None) -> str:
    return day_words(day) if day else ""
