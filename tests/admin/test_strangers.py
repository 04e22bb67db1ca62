"""
Every address a liaison may open, walked by a liaison of another unit: nothing seen, nothing done.

The addresses come from the application's own map, so a new one is walked without anybody thinking of it; one
that names something this test has no value for fails it.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from admin.parts import Parts
from admin.routes import EVERYBODY, PREFIX, ROLES
from core.media.store import MediaStore
from core.media.uploads import keep_photo
from core.people.models import Staff
from core.people.roles import Role
from core.publicity.models import PublicityPhoto, PublicityPost
from core.publicity.service import Hung, hang
from core.rectification.details import Details
from core.rectification.models import Item, ItemAct, ItemAssist, ItemFile
from core.rectification.service import do
from core.rectification.words import Act
from core.signin.models import StaffSession
from core.signin.sessions import ID_CHARS
from core.tasks.models import Task
from core.tasks.service import ask_task
from tests.admin.conftest import Browser
from tests.admin.item_city import SignIn, photo
from tests.hand_clock import START
from tests.rectification.cast import UNIT, UNITS_LIAISON

pytestmark = pytest.mark.usefixtures("item_city")

# Words of another unit's rows, none of which may reach a stranger.
SECRETS = ("老街路面破损", "局门口的宣传栏", "/items/1", "1号")
# What a form of any of these pages may carry; what a page does not ask for it does not look at.
FORM = {
    "number": "1",
    "act": "transfer",
    "confirmed": "1",
    "unit": UNIT,
    "text": "x",
    "until": "2027-01-31",
    "why": "funds",
    "percent": "50",
    "subject": UNIT,
    "words": "x",
    "hung_on": "2026-11-30",
}
TABLES = (Item, ItemAssist, ItemAct, ItemFile, PublicityPost, PublicityPhoto, Task)
# Signing out ends the walk, and touches nobody else.
LEFT_OUT = {"logout"}


@dataclass(frozen=True)
class Others:
    """What stands in an address about another unit's rows, by the name it has there."""

    values: dict[str, tuple[str, ...]]

    def addresses(self, rule: Rule) -> Iterator[str]:
        """The rule's address, once for each thing it may name."""
        address = rule.rule.removeprefix(PREFIX)
        filled = [address]
        for name in sorted(rule.arguments):
            values = self.values[name]  # a new name: say what a stranger would try
            filled = [
                one.split("<")[0] + value + one.split(">", 1)[1] if "<" in one else one
                for one in filled
                for value in values
            ]
        yield from filled


@pytest.fixture
def others(parts: Parts, signed_in: SignIn) -> Others:
    """Item 1 with a photo, publicity material with a photo, a task and a session: none the stranger's."""
    signed_in("office")
    store = MediaStore(parts.settings.var)
    with parts.writing() as session:
        key = keep_photo(session, store, photo(), "item", START)
        do(session, 1, Act.CLAIM, UNITS_LIAISON, START)
        done = do(session, 1, Act.PROGRESS, UNITS_LIAISON, START, Details(text="x"), files=[key])
        hung_key = keep_photo(session, store, photo() + b"\0", "publicity", START)
        hung = Hung(
            subject_code=UNIT,
            place_code="",
            words="局门口的宣传栏",
            hung_on=date(2026, 11, 30),
            origin="web",
        )
        office = session.scalars(select(Staff.id).where(Staff.role == Role.OFFICE.value)).one()
        post = hang(session, hung, [hung_key], START)
        task = ask_task(session, "test.write", "局里的海报", {}, office, START).id
        there = session.scalars(_sessions_of_the_office()).all()
    return Others(
        {
            "number": ("1",),
            "act_id": (str(done.act_id),),
            "act_name": tuple(Act),
            "key": (key, hung_key),
            "code": (UNIT,),
            "county_code": ("451228",),
            "post_id": (str(post),),
            "task_id": (str(task),),
            "round_id": ("1",),
            "session_id": tuple(each[:ID_CHARS] for each in there),
            "view": ("whole", "units"),
        }
    )


def rules(app: Flask, method: str) -> list[Rule]:
    """What a liaison may ask for in this way, from the application's own map."""
    roles = app.extensions[ROLES]
    return [
        rule
        for rule in app.url_map.iter_rules()
        if roles[rule.endpoint] != EVERYBODY
        and Role.LIAISON in roles[rule.endpoint]
        and method in (rule.methods or ())
        and rule.endpoint not in LEFT_OUT
    ]


def words_of(answer: Any) -> str:
    """What a page or a workbook says."""
    if answer.data.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        said = str([list(sheet.values) for sheet in book.worksheets])
        book.close()
        return said
    return str(answer.text) if answer.mimetype.startswith("text/") else ""


def test_the_unit_itself_sees_all_of_it(signed_in: SignIn, others: Others) -> None:
    """Without this the walk below would prove nothing."""
    unit = signed_in("unit")

    assert "老街路面破损" in unit.get("/items/1").text
    assert "局门口的宣传栏" in unit.get("/publicity/").text
    with unit.get("/items/export") as answer:
        assert "老街路面破损" in words_of(answer)


def test_a_liaison_of_another_unit_sees_nothing_at_any_address(
    app: Flask, signed_in: SignIn, others: Others
) -> None:
    stranger = signed_in("stranger")
    for rule in rules(app, "GET"):
        for address in others.addresses(rule):
            with stranger.get(address) as answer:
                assert answer.status_code < 500, address
                told = words_of(answer)
                assert not [word for word in SECRETS if word in told], address
                if rule.arguments - {"round_id"}:
                    assert answer.status_code in (403, 404), address


def test_a_liaison_of_another_unit_does_nothing_at_any_address(
    app: Flask, signed_in: SignIn, others: Others, parts: Parts
) -> None:
    stranger = signed_in("stranger")
    before = everything(parts)
    for rule in rules(app, "POST"):
        for address in others.addresses(rule):
            form = FORM | {"csrf_token": stranger.token("/publicity/new")}
            answer = stranger.client.post(f"{PREFIX}{address}", data=form)
            assert answer.status_code < 500, address
            assert everything(parts) == before, address


def test_lists_of_a_stranger_say_that_they_are_empty(signed_in: Callable[[str], Browser]) -> None:
    stranger = signed_in("stranger")

    assert "没有这样的整改事项" in stranger.get("/items/?q=老街&state=open").text
    assert "还没有整改事项" in stranger.get("/items/board").text
    assert "没有可以统计的" in stranger.get("/items/units").text
    assert "这个月没有要到期的" in stranger.get("/items/calendar?month=2026-12").text


def everything(parts: Parts) -> list[Any]:
    """All rows a liaison could touch."""
    with Session(parts.engine) as session:
        found = [session.execute(select(table.__table__)).all() for table in TABLES]
        return [*found, session.scalars(_sessions_of_the_office()).all()]


def _sessions_of_the_office() -> Select[str]:
    office = select(Staff.id).where(Staff.role == Role.OFFICE.value)
    return select(StaffSession.token_hash).where(StaffSession.staff_id.in_(office))
