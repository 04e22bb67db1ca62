"""Every address of rectification items, walked by a liaison of another unit: nothing seen, nothing done."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.app import SCREENS
from admin.parts import Parts
from admin.routes import Route
from core.people.models import Staff
from core.people.roles import Role
from core.rectification.models import Item, ItemAct, ItemAssist, ItemFile
from core.rectification.words import Act
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.rectification.cast import OTHER_UNIT, UNIT, make_item, make_places

ITEM_ROUTES: list[Route] = [
    route for screen in SCREENS for route in screen.ROUTES if route.path.startswith("/items")
]
# Words of the unit's own item, none of which may reach a stranger.
SECRETS = ("老街路面破损", "/items/1", "1号")


def everything(parts: Parts) -> list[Any]:
    with Session(parts.engine) as session:
        tables = (Item, ItemAssist, ItemAct, ItemFile)
        return [session.execute(select(table.__table__)).all() for table in tables]


def addresses(route: Route) -> list[str]:
    """The address, about the unit's item; once for each act where one is named."""
    filled = re.sub(r"<int:act_id>", "1", re.sub(r"<int:number>", "1", route.path))
    filled = filled.replace("<code>", UNIT).replace("<key>", "0" * 32)
    return [filled.replace("<act_name>", act) for act in Act] if "<act_name>" in filled else [filled]


@pytest.fixture
def stranger(parts: Parts, password_hash: str, signed_in: Callable[[str], Browser]) -> Browser:
    """A liaison of a unit that neither leads nor assists with the one item there is."""
    with parts.writing() as session:
        make_places(session)
        session.add(
            Staff(
                name="user-stranger",
                role=Role.LIAISON.value,
                county_code="",
                unit_code=OTHER_UNIT,
                password_hash=password_hash,
                created_at=START,
            )
        )
        make_item(session, staff_id=None)
    return signed_in("stranger")


def test_a_liaison_of_another_unit_sees_nothing_at_any_address(parts: Parts, stranger: Browser) -> None:
    for route in ITEM_ROUTES:
        for address in addresses(route):
            if "GET" not in route.methods:
                continue
            with stranger.get(address) as answer:
                assert answer.status_code in (200, 403, 404), address
                if answer.mimetype == "text/html":
                    assert not [word for word in SECRETS if word in answer.text], address
                if "<" in route.path:
                    assert answer.status_code in (403, 404), address


def test_a_liaison_of_another_unit_does_nothing_at_any_address(parts: Parts, stranger: Browser) -> None:
    before = everything(parts)
    token = stranger.token("/items/")
    form = {
        "csrf_token": token,
        "number": "1",
        "act": "transfer",
        "confirmed": "1",
        "unit": OTHER_UNIT,
        "text": "x",
        "until": "2027-01-31",
        "why": "funds",
        "percent": "50",
    }

    for route in ITEM_ROUTES:
        for address in addresses(route):
            if "POST" in route.methods:
                answer = stranger.client.post(f"/admin{address}", data=form)
                assert answer.status_code in (403, 404), address

    assert everything(parts) == before


def test_lists_and_workbooks_of_a_stranger_are_empty(stranger: Browser) -> None:
    assert "没有这样的整改事项" in stranger.get("/items/").text
    assert "没有这样的整改事项" in stranger.get("/items/?q=老街&state=open").text
    assert "还没有整改事项" in stranger.get("/items/board").text
    assert "没有可以统计的" in stranger.get("/items/units").text
    assert "这个月没有要到期的" in stranger.get("/items/calendar?month=2026-12").text
