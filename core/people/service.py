"""
Staff accounts: adding them, tying them to a county or unit, checking a password, setting a new one.

Passwords are kept as argon2id hashes. Nothing here knows of sessions, cookies or pages.
"""

from datetime import datetime
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.people.models import Staff
from core.people.roles import Role

MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 128
MAX_NAME_CHARS = 40
LEAST_DIFFERENT = 4
# The heads of every list of passwords that leaked; with up to three characters more they are guessed as soon.
GUESSED_FIRST = (
    "1234567890",
    "0123456789",
    "0987654321",
    "9876543210",
    "qwertyuiop",
    "1qaz2wsx3edc",
    "password",
    "administrator",
    "woaini1314",
    "5201314",
)


class BadPassword(Refused):
    """A new password breaks a rule."""

    say = (
        f"密码要有{MIN_PASSWORD_CHARS}到{MAX_PASSWORD_CHARS}个字符，不能包含账号名，"
        "也不能一猜就中（比如1234567890、aaaaaaaaaa、password123）。"
    )


class BadName(Refused):
    """A new account's name cannot be used."""

    say = f"账号名要有1到{MAX_NAME_CHARS}个字，写在一行里，前后没有空格。"


class NameTaken(Refused):
    """There is an account of this name."""

    say = "已经有这个账号了。"


class NoSuchStaff(NotFound):
    """There is no account of this name."""

    say = "没有这个账号。"


class WrongOwnPassword(Refused):
    """To change a password one has to know it."""

    say = "现在的密码不对。"


class SamePassword(Refused):
    """A new password is another one."""

    say = "新密码同原来的一样，请换一个。"


class LastOffice(Refused):
    """Somebody must be left who can sign in and let others in."""

    say = "这是最后一个办公室账号，不能停用。请先建一个新的办公室账号。"


class BadTie(Refused):
    """This role cannot be tied to that."""

    say = "县区账号只能对应一个县区，联络员账号对应一个县区或一个单位，其他角色不对应县区和单位。"


def add_staff(session: Session, name: str, role: Role, password: str, now: datetime) -> Staff:
    """A new account."""
    if not 0 < len(name) <= MAX_NAME_CHARS or name != name.strip() or not name.isprintable():
        raise BadName
    if find_staff(session, name) is not None:
        raise NameTaken(f"已经有账号“{name}”了。改密码请用 staff passwd。")
    _refuse_bad_password(name, password)
    staff = Staff(name=name, role=role.value, password_hash=_hasher().hash(password), created_at=now)
    session.add(staff)
    session.flush()
    return staff


def tie_staff(session: Session, name: str, *, county_code: str = "", unit_code: str = "") -> Staff:
    """
    Say which county or unit an account belongs to, replacing what was said before.

    The codes are not looked up here: whoever calls knows places and units.
    """
    staff = named_staff(session, name)
    is_one = bool(county_code) != bool(unit_code)
    if (
        not is_one
        or staff.role not in (Role.COUNTY, Role.LIAISON)
        or (unit_code and staff.role == Role.COUNTY)
    ):
        raise BadTie
    staff.county_code, staff.unit_code = county_code, unit_code
    return staff


def set_password(session: Session, name: str, password: str) -> Staff:
    """Give an account a new password."""
    staff = named_staff(session, name)
    _refuse_bad_password(name, password)
    staff.password_hash = _hasher().hash(password)
    staff.password_is_given = False
    return staff


def give_password(session: Session, name: str, password: str) -> Staff:
    """The same with a password its owner has to change after signing in."""
    staff = set_password(session, name, password)
    staff.password_is_given = True
    return staff


def change_own_password(session: Session, staff_id: int, old: str, new: str) -> Staff:
    """Its owner, who knows the old one, takes another. WrongOwnPassword, SamePassword, BadPassword."""
    staff = get_staff(session, staff_id)
    if verify_staff(session, staff.name, old) is None:
        raise WrongOwnPassword
    if old == new:
        raise SamePassword
    return set_password(session, staff.name, new)


def disable_staff(session: Session, staff_id: int, now: datetime) -> Staff:
    """Let nobody in under this account any more. LastOffice when nobody of the office would be left."""
    staff = get_staff(session, staff_id)
    others = select(Staff.id).where(
        Staff.role == Role.OFFICE.value, Staff.disabled_at.is_(None), Staff.id != staff_id
    )
    if staff.role == Role.OFFICE and session.scalar(others.limit(1)) is None:
        raise LastOffice
    staff.disabled_at = staff.disabled_at or now
    return staff


def enable_staff(session: Session, staff_id: int) -> Staff:
    """Let them in again, with the password they had."""
    staff = get_staff(session, staff_id)
    staff.disabled_at = None
    return staff


def named_staff(session: Session, name: str) -> Staff:
    """The account of this name; NoSuchStaff."""
    staff = find_staff(session, name)
    if staff is None:
        raise NoSuchStaff(f"没有账号“{name}”。")
    return staff


def get_staff(session: Session, staff_id: int) -> Staff:
    """The account of this number; NoSuchStaff."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NoSuchStaff
    return staff


def list_staff(session: Session) -> list[Staff]:
    """All accounts: those in use first, by role and name."""
    found = session.scalars(select(Staff)).all()
    order = {role.value: place for place, role in enumerate(Role)}
    return sorted(found, key=lambda staff: (staff.disabled_at is not None, order[staff.role], staff.name))


def verify_staff(session: Session, name: str, password: str) -> Staff | None:
    """The account, if the password is right and it is not disabled; else None, after the same time."""
    staff = find_staff(session, name)
    try:
        _hasher().verify(staff.password_hash if staff else _nobodys_hash(), password[:MAX_PASSWORD_CHARS])
    except VerificationError:
        return None
    if staff is None or staff.disabled_at is not None or len(password) > MAX_PASSWORD_CHARS:
        return None
    if _hasher().check_needs_rehash(staff.password_hash):
        staff.password_hash = _hasher().hash(password)
    return staff


def find_staff(session: Session, name: str) -> Staff | None:
    """The account of this name, disabled or not; None when there is none."""
    return session.scalar(select(Staff).where(Staff.name == name))


def _refuse_bad_password(name: str, password: str) -> None:
    if (
        not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS
        or name.casefold() in password.casefold()
        or _is_guessed_first(password.casefold())
    ):
        raise BadPassword


def _is_guessed_first(password: str) -> bool:
    """Hardly any different characters, one run (abcdefghij), or a word of every list and little else."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    rest = min(len(password.replace(each, "")) for each in GUESSED_FIRST)
    return len(set(password)) < LEAST_DIFFERENT or len(steps) == 1 or rest < LEAST_DIFFERENT


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """Checked when there is no such account, so that the time taken does not tell."""
    return _hasher().hash("nobody has this password")
