"""
Liaisons: adding them, changing them, listing them, letting them go. Takes a session, never commits.

Which phone acts for one is `binding.py`'s, files of them `lists.py`'s.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, select
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.liaisons.kinds import Kind
from core.liaisons.models import BindCode, Binding, Liaison
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import Reach
from core.places.models import Place, Unit

MAX_NAME_CHARS = 20
# Mobile numbers, and landlines with or without area code and extension.
_PHONE = re.compile(r"1[3-9]\d{9}|(0\d{2,3}-?)?\d{7,8}(-\d{1,6})?")
# The invented numbers of the telephone sample; nobody may be called on one (shared data, 2026-11).
_INVENTED = re.compile(r"154000\d{5}")


class NoSuchLiaison(NotFound):
    """There is no such liaison."""

    say = "没有这位联络员。"


class BadLiaison(Refused):
    """Something about a liaison cannot be; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the office says of a liaison. Days and `stands_in_for` (a liaison's id) are for stand-ins only."""

    subject_code: str
    kind: Kind
    name: str
    phone: str
    from_day: date | None = None
    until_day: date | None = None
    stands_in_for: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Facts):
    """
    A liaison as stored, opened.

    `bound_at` is None while no phone is bound; `is_reachable` when the bound phone still follows the account.
    `code_expires_at` is set while a binding code lives. `login` is the account's name, '' without one.
    """

    id: int
    added_at: datetime
    left_at: datetime | None
    bound_at: datetime | None
    is_reachable: bool
    code_expires_at: datetime | None
    staff_id: int | None
    login: str

    @property
    def masked_name(self) -> str:
        """`韦**`."""
        return self.name[:1] + "*" * max(len(self.name) - 1, 1)

    @property
    def masked_phone(self) -> str:
        """`139****1234`."""
        hidden = max(len(self.phone) - 7, 4)
        return f"{self.phone[:3]}{'*' * hidden}{self.phone[3 + hidden :]}"

    def acts_on(self, day: date) -> bool:
        """Whether they speak for their county or unit on this day."""
        return self.left_at is None and is_in_office(self.kind, self.from_day, self.until_day, day)


def is_in_office(kind: str, from_day: date | None, until_day: date | None, day: date) -> bool:
    """A stand-in only from the first to the last day; everybody else always."""
    if kind != Kind.STANDIN:
        return True
    return from_day is not None and until_day is not None and from_day <= day <= until_day


def add_liaison(
    session: Session, keys: KeyRing, facts: Facts, now: datetime, *, may_be_invented: bool = False
) -> Liaison:
    """A new liaison; BadLiaison with a sentence. `may_be_invented`: a demonstration's number will do."""
    facts = _checked(session, facts, may_be_invented=may_be_invented)
    _refuse_double(session, keys, facts)
    liaison = Liaison(added_at=now, **_row(keys, facts))
    session.add(liaison)
    session.flush()
    return liaison


def change_liaison(session: Session, keys: KeyRing, liaison_id: int, facts: Facts) -> Liaison:
    """
    Other facts about somebody. Their county or unit stays: who changes places is added there anew, so that
    what they did for the first stays with the first.
    """
    liaison = standing(session, liaison_id)
    # Whoever came with a demonstration keeps their number.
    facts = _checked(session, facts, may_be_invented=keys.unwrap(liaison.phone).decode() == facts.phone)
    if facts.subject_code != liaison.subject_code:
        raise BadLiaison("换了单位，请在新单位另加一位，再让这一位离任。")
    if facts.stands_in_for == liaison_id:
        raise BadLiaison("不能替自己代班。")
    _refuse_double(session, keys, facts, but=liaison_id)
    for name, value in _row(keys, facts).items():
        setattr(liaison, name, value)
    session.flush()
    return liaison


def standing(session: Session, liaison_id: int) -> Liaison:
    """A liaison who has not left, locked; NoSuchLiaison."""
    liaison = session.get(Liaison, liaison_id, with_for_update=True)
    if liaison is None or liaison.left_at is not None:
        raise NoSuchLiaison
    return liaison


def find_liaison(connection: Connection, keys: KeyRing, reach: Reach, liaison_id: int) -> Known:
    """One of them, as far as `reach` goes; NoSuchLiaison, also for somebody else's."""
    row = connection.execute(_listing(reach).where(Liaison.id == liaison_id)).first()
    if row is None:
        raise NoSuchLiaison
    return _known(row, keys)


def list_liaisons(
    connection: Connection, keys: KeyRing, reach: Reach, subject_code: str = "", *, with_left: bool = False
) -> list[Known]:
    """Those within reach, of one county or unit or of all, in the order of codes and of being added."""
    query = _listing(reach)
    if subject_code:
        query = query.where(Liaison.subject_code == subject_code)
    if not with_left:
        query = query.where(Liaison.left_at.is_(None))
    rows = connection.execute(query.order_by(Liaison.subject_code, Liaison.id))
    return [_known(row, keys) for row in rows]


def _listing(reach: Reach) -> Select[Any]:
    query = (
        select(
            Liaison.__table__,
            Binding.bound_at,
            Binding.unfollowed_at,
            BindCode.expires_at.label("code_expires_at"),
            Staff.name.label("login"),
        )
        .outerjoin(Binding, (Binding.liaison_id == Liaison.id) & Binding.ended_at.is_(None))
        .outerjoin(BindCode, (BindCode.liaison_id == Liaison.id) & BindCode.ended_at.is_(None))
        .outerjoin(Staff, Staff.id == Liaison.staff_id)
    )
    # Whoever reaches nothing has the code '', which is nobody's.
    return query if reach.is_all else query.where(Liaison.subject_code == reach.code)


def _known(row: Any, keys: KeyRing) -> Known:
    return Known(
        id=row.id,
        subject_code=row.subject_code,
        kind=Kind(row.kind),
        name=keys.unwrap(row.name).decode(),
        phone=keys.unwrap(row.phone).decode(),
        from_day=row.from_day,
        until_day=row.until_day,
        stands_in_for=row.stands_in_for,
        added_at=row.added_at,
        left_at=row.left_at,
        bound_at=row.bound_at,
        is_reachable=row.bound_at is not None and row.unfollowed_at is None,
        code_expires_at=row.code_expires_at,
        staff_id=row.staff_id,
        login=row.login or "",
    )


def _row(keys: KeyRing, facts: Facts) -> dict[str, object]:
    return {
        "subject_code": facts.subject_code,
        "kind": facts.kind.value,
        "name": keys.wrap(facts.name.encode()),
        "phone": keys.wrap(facts.phone.encode()),
        "from_day": facts.from_day,
        "until_day": facts.until_day,
        "stands_in_for": facts.stands_in_for,
    }


def fault_in(facts: Facts, *, may_be_invented: bool = False) -> str:
    """What cannot be in these facts, whatever else is stored; '' when all can."""
    if not 0 < len(facts.name) <= MAX_NAME_CHARS or not facts.name.isprintable():
        return f"姓名要有1到{MAX_NAME_CHARS}个字。"
    if not _PHONE.fullmatch(facts.phone):
        return "电话要写手机号（11位），或带区号的座机，比如 0778-2280000。"
    if _INVENTED.fullmatch(facts.phone) and not may_be_invented:
        return "这是演示用的假号码，不能用。"
    if facts.kind is Kind.STANDIN:
        if facts.from_day is None or facts.until_day is None:
            return "假期代班要写从哪天到哪天。"
        if facts.until_day < facts.from_day:
            return "代班的最后一天比第一天还早，请对调。"
    elif facts.from_day or facts.until_day or facts.stands_in_for:
        return "只有假期代班才写起止日期、替谁代班。"
    return ""


def _checked(session: Session, facts: Facts, *, may_be_invented: bool) -> Facts:
    fault = fault_in(facts, may_be_invented=may_be_invented)
    if fault:
        raise BadLiaison(fault)
    if not is_subject(session, facts.subject_code):
        raise BadLiaison(f"没有代码是“{facts.subject_code}”的县（区）或单位。")
    if facts.stands_in_for is not None:
        other = session.get(Liaison, facts.stands_in_for)
        if other is None or other.left_at is not None or other.subject_code != facts.subject_code:
            raise BadLiaison("只能替本县（区）、本单位的联络员代班。")
    return facts


def is_subject(session: Session, code: str) -> bool:
    """Whether a county or unit of this code can have liaisons."""
    county = exists().where(Place.code == code, Place.level == "county", ~Place.retired)
    unit = exists().where(Unit.code == code, ~Unit.retired)
    return bool(session.scalar(select(county | unit)))


def _refuse_double(session: Session, keys: KeyRing, facts: Facts, but: int | None = None) -> None:
    """Names lie encrypted, so the few of one county or unit are opened and compared."""
    there = select(Liaison).where(Liaison.subject_code == facts.subject_code, Liaison.left_at.is_(None))
    for other in session.scalars(there):
        if other.id != but and keys.unwrap(other.name).decode() == facts.name and other.kind == facts.kind:
            raise BadLiaison(f"这里已经有一位{facts.name}，身份也一样。要改电话，请打开那一位来改。")
