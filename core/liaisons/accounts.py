"""
The account a liaison uses in the browser: made by the office with a password, or when they first come
through WeChat; then nobody knows its password until the office sets one.
"""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import Refused
from core.liaisons.models import Liaison
from core.liaisons.service import standing
from core.people.models import Staff
from core.people.roles import Role
from core.people.service import add_staff, give_password, tie_staff


class HasAccount(Refused):
    """There is one already."""

    say = "这位联络员已经有账号了；忘了密码，请重设。"


def make_account(session: Session, liaison_id: int, name: str, password: str, now: datetime) -> Staff:
    """
    An account tied to the liaison's county or unit, with a password its owner has to change after signing in.
    """
    liaison = standing(session, liaison_id)
    if liaison.staff_id is not None:
        raise HasAccount
    staff = add_staff(session, name, Role.LIAISON, password, now)
    staff.password_is_given = True
    return _tied(session, liaison, staff)


def account_for_wechat(session: Session, liaison_id: int, now: datetime) -> Staff:
    """The account of a liaison who came through WeChat; one is made if there is none."""
    liaison = standing(session, liaison_id)
    if liaison.staff_id is not None:
        return session.get_one(Staff, liaison.staff_id)
    unknown = secrets.token_urlsafe(32)
    staff = add_staff(session, f"微信联络员{liaison_id}", Role.LIAISON, unknown, now)
    return _tied(session, liaison, staff)


def reset_password(session: Session, liaison_id: int, password: str) -> str:
    """Another password for the liaison's account, to be changed after signing in; its name."""
    liaison = standing(session, liaison_id)
    if liaison.staff_id is None:
        raise Refused("这位联络员还没有账号，请先建一个。")
    staff = session.get_one(Staff, liaison.staff_id)
    give_password(session, staff.name, password)
    return staff.name


def _tied(session: Session, liaison: Liaison, staff: Staff) -> Staff:
    code = liaison.subject_code
    is_county = code.isdigit()
    tie_staff(session, staff.name, county_code=code if is_county else "", unit_code="" if is_county else code)
    liaison.staff_id = staff.id
    session.flush()
    return staff
