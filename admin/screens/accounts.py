"""Accounts of those who sign in: the list, a new one, and what the office can do about each."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.service import record
from core.errors import Refused, SurveyError
from core.people.models import Staff
from core.people.passwords import new_password
from core.people.roles import ROLE_TITLES, Role
from core.people.service import (
    MAX_NAME_CHARS,
    add_staff,
    disable_staff,
    enable_staff,
    get_staff,
    give_password,
    list_staff,
    tie_staff,
)
from core.places.gazetteer import Gazetteer
from core.signin.sessions import end_all, list_sessions
from core.signin.totp import reset, standing

NOTHING = ""
ROLE_HINTS = {
    Role.OFFICE: "什么都能做",
    Role.AUDITOR: "什么都能看，不能改",
    Role.COUNTY: "看自己县区的",
    Role.LIAISON: "办自己县区或单位的整改",
    Role.INTERVIEWER: "打电话访问",
    Role.SUPERVISOR: "督导电话访问",
}


class NotOneself(Refused):
    """Whoever locks themselves out needs somebody else."""

    say = "不能停用自己的账号。请让办公室的另一位同事来做。"


class AccountForm(ChineseForm):
    """A new account."""

    name = StringField(
        "账号（一般用姓名）",
        validators=[
            InputRequired("请填账号。"),
            Length(max=MAX_NAME_CHARS, message=f"账号最多{MAX_NAME_CHARS}个字。"),
        ],
    )
    role = RadioField(
        "角色",
        choices=[(role.value, f"{title}（{ROLE_HINTS[role]}）") for role, title in ROLE_TITLES.items()],
        validators=[InputRequired("请选角色。")],
    )
    tie = SelectField("哪个县区或单位的（县区、联络员要选）", choices=[])


class TieForm(ChineseForm):
    """Which county or unit an account belongs to."""

    tie = SelectField("哪个县区或单位的", choices=[])


def index() -> str:
    """All of them."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        accounts = list_staff(looking)
        factors = {each.id: standing(connection, each.id) for each in accounts}
        gazetteer = parts().catalog(connection).gazetteer
    return render_template(
        "accounts.html", accounts=accounts, factors=factors, titles=ROLE_TITLES, whose=_whose(gazetteer)
    )


def create() -> Any:
    """A new one; its password is made up here and shown once."""
    form = AccountForm(request.form)
    with parts().reading() as connection:
        form.tie.choices = _ties(parts().catalog(connection).gazetteer)
    refusal = ""
    if form.is_sent_and_good():
        try:
            return _made(form)
        except SurveyError as error:
            refusal = str(error)
    status = 400 if request.method == "POST" else 200
    return render_template("account_new.html", form=form, refusal=refusal), status


def _made(form: AccountForm) -> str:
    password, role = new_password(), Role(form.role.data)
    name = str(form.name.data).strip()
    with parts().writing() as writing:
        made = add_staff(writing, name, role, password, parts().clock())
        made.password_is_given = True
        county, unit = _read_tie(str(form.tie.data))
        if county or unit:
            tie_staff(writing, name, county_code=county, unit_code=unit)
        details = {"账号": name, "角色": ROLE_TITLES[role], "县区或单位": county or unit}
        record(writing, Act.STAFF_ADDED, g.staff.who, about("staff", made.id), details)
        staff_id = made.id
    return _password_page(name, password, staff_id, is_new=True)


def _password_page(name: str, password: str, staff_id: int, *, is_new: bool) -> str:
    return render_template(
        "account_password.html", name=name, password=password, staff_id=staff_id, is_new=is_new
    )


def show(staff_id: int, refusal: str = "", status: int = 200) -> Any:
    """One of them, and what can be done."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        account = get_staff(looking, staff_id)
        gazetteer = parts().catalog(connection).gazetteer
        form = TieForm(data={"tie": _tie_of(account)})
        form.tie.choices = _ties(gazetteer, Role(account.role))
        page = render_template(
            "account.html",
            account=account,
            title=ROLE_TITLES[Role(account.role)],
            can_be_tied=account.role in (Role.COUNTY, Role.LIAISON),
            form=form,
            factor=standing(connection, staff_id),
            sessions=list_sessions(connection, staff_id, parts().clock()),
            whose=_whose(gazetteer),
            refusal=refusal,
        )
    return page, status


def tie(staff_id: int) -> Any:
    """Say which county or unit it belongs to."""
    county, unit = _read_tie(request.form.get("tie", ""))

    def change(writing: Session, account: Staff) -> None:
        gazetteer = parts().catalog(writing.connection()).gazetteer
        place = gazetteer.place(county) if county else None
        if (county and (place is None or place.level != "county")) or (unit and gazetteer.unit(unit) is None):
            raise Refused("没有这个县区或单位，请从列表里选。")
        tie_staff(writing, account.name, county_code=county, unit_code=unit)
        details = {"账号": account.name, "县区或单位": county or unit}
        record(writing, Act.STAFF_TIED, g.staff.who, about("staff", staff_id), details)

    return _do(staff_id, change)


def reset_password(staff_id: int) -> Any:
    """A new one, made up here and shown once; whoever is signed in under it is signed out."""
    password = new_password()
    with parts().writing() as writing:
        account = get_staff(writing, staff_id)
        name = account.name
        give_password(writing, name, password)
        end_all(writing, staff_id)
        record(writing, Act.PASSWORD_SET, g.staff.who, about("staff", staff_id), {"账号": name})
    return _password_page(name, password, staff_id, is_new=False)


def disable(staff_id: int) -> Any:
    """Nobody gets in under it any more; it can be taken back."""

    def change(writing: Session, account: Staff) -> None:
        if staff_id == g.staff.staff_id:
            raise NotOneself
        disable_staff(writing, staff_id, parts().clock())
        end_all(writing, staff_id)
        record(writing, Act.STAFF_DISABLED, g.staff.who, about("staff", staff_id), {"账号": account.name})

    return _do(staff_id, change)


def enable(staff_id: int) -> Any:
    """They get in again."""

    def change(writing: Session, account: Staff) -> None:
        enable_staff(writing, staff_id)
        record(writing, Act.STAFF_ENABLED, g.staff.who, about("staff", staff_id), {"账号": account.name})

    return _do(staff_id, change)


def reset_totp(staff_id: int) -> Any:
    """They have lost their phone."""

    def change(writing: Session, account: Staff) -> None:
        reset(writing, staff_id)
        end_all(writing, staff_id)
        record(writing, Act.TOTP_RESET, g.staff.who, about("staff", staff_id), {"账号": account.name})

    return _do(staff_id, change)


def end_sessions(staff_id: int) -> Any:
    """Sign them out everywhere."""

    def change(writing: Session, account: Staff) -> None:
        count = end_all(writing, staff_id)
        details: Details = {"账号": account.name, "个数": count}
        record(writing, Act.SESSION_ENDED, g.staff.who, about("staff", staff_id), details)

    return _do(staff_id, change)


def _do(staff_id: int, change: Callable[[Session, Staff], None]) -> Any:
    """In one transaction; a refusal is told on the account's page."""
    try:
        with parts().writing() as writing:
            change(writing, get_staff(writing, staff_id))
    except Refused as error:
        return show(staff_id, str(error), 409)
    return redirect(url_for("account", staff_id=staff_id), code=303)


def _ties(gazetteer: Gazetteer, role: Role | None = None) -> list[tuple[str, str]]:
    """What an account can be tied to: `county:451225` or `unit:U017`."""
    found = [(NOTHING, "不选")]
    found += [(f"county:{each.code}", each.short_name) for each in gazetteer.counties]
    if role != Role.COUNTY:
        found += [(f"unit:{each.code}", f"单位：{each.short_name}") for each in gazetteer.units]
    return found


def _read_tie(given: str) -> tuple[str, str]:
    kind, _, code = given.partition(":")
    return (code if kind == "county" else "", code if kind == "unit" else "")


def _tie_of(account: Staff) -> str:
    if account.county_code:
        return f"county:{account.county_code}"
    return f"unit:{account.unit_code}" if account.unit_code else NOTHING


def _whose(gazetteer: Gazetteer) -> Callable[[Staff], str]:
    def words(account: Staff) -> str:
        place, unit = gazetteer.place(account.county_code), gazetteer.unit(account.unit_code)
        node = place or unit
        return node.short_name if node else account.county_code or account.unit_code

    return words


ROUTES = (
    Route("/accounts", "accounts", index, LOOKERS),
    Route("/accounts/new", "account_new", create, OFFICE, methods=("GET", "POST")),
    Route("/accounts/<int:staff_id>", "account", show, LOOKERS),
    Route("/accounts/<int:staff_id>/tie", "account_tie", tie, OFFICE, methods=("POST",)),
    Route("/accounts/<int:staff_id>/password", "account_password", reset_password, OFFICE, methods=("POST",)),
    Route("/accounts/<int:staff_id>/disable", "account_disable", disable, OFFICE, methods=("POST",)),
    Route("/accounts/<int:staff_id>/enable", "account_enable", enable, OFFICE, methods=("POST",)),
    Route("/accounts/<int:staff_id>/totp", "account_totp", reset_totp, OFFICE, methods=("POST",)),
    Route("/accounts/<int:staff_id>/sessions", "account_sessions", end_sessions, OFFICE, methods=("POST",)),
)
