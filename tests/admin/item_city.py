"""Two rectification items and the people around them, for the tests of their screens."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.people.models import Staff
from core.people.roles import Role
from core.rectification.models import Item
from tests.hand_clock import START
from tests.rectification.cast import (
    COUNTY,
    OTHER_UNIT,
    UNIT,
    make_item,
    make_places,
)

if TYPE_CHECKING:
    from tests.admin.conftest import Browser

SignIn = Callable[[str], "Browser"]
TIES = {
    "unit": (Role.LIAISON, "", UNIT),
    "stranger": (Role.LIAISON, "", OTHER_UNIT),
    "county-liaison": (Role.LIAISON, COUNTY, ""),
    "county-desk": (Role.COUNTY, COUNTY, ""),
}


def make_city(parts: Parts, password_hash: str) -> None:
    """Counties, units, people who are tied to one of them, and two items: 1 is a unit's, 2 a county's."""
    with parts.writing() as session:
        make_places(session)
        for name, (role, county, unit) in TIES.items():
            session.add(
                Staff(
                    name=f"user-{name}",
                    role=role.value,
                    county_code=county,
                    unit_code=unit,
                    password_hash=password_hash,
                    created_at=START,
                )
            )
        office = session.scalars(select(Staff.id).where(Staff.role == Role.OFFICE.value)).first()
        assert office is not None
        make_item(session, staff_id=office)
        make_item(
            session, lead=COUNTY, county_first=True, text="缺一个公厕。", category="卫生", staff_id=office
        )


def photo() -> bytes:
    """A small JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "PHONE MAKER"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#0b5563").save(out, "JPEG", exif=exif)
    return out.getvalue()


def act(browser: "Browser", number: int, name: str, **form: object) -> Any:
    """Send one of the forms of an item's page."""
    page = f"/items/{number}"
    return browser.client.post(
        f"/admin{page}/do/{name}",
        data={"csrf_token": browser.token(page), **form},
        content_type="multipart/form-data",
    )


def state_of(parts: Parts, number: int) -> str:
    """Where an item stands."""
    with Session(parts.engine) as session:
        return session.get_one(Item, number).state
