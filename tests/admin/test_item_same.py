"""Items that say nearly the same are offered to be merged: compared first, then one tap."""

import pytest
from sqlalchemy import select

from admin.parts import Parts
from core.people.models import Staff
from core.people.roles import Role
from core.rectification.words import State
from tests.admin.item_city import SignIn, act, state_of
from tests.rectification.cast import COUNTY, OTHER_UNIT, UNIT, make_item

pytestmark = pytest.mark.usefixtures("item_city")

LIKE = "老街路面破损，雨天积水，请修一修！"
TURNED = "老街路面没破损，雨天不积水，请修一修。"


def add(parts: Parts, text: str, lead: str = UNIT, **facts: object) -> int:
    with parts.writing() as session:
        office = session.scalars(select(Staff.id).where(Staff.role == Role.OFFICE.value)).first()
        return make_item(session, text=text, lead=lead, staff_id=office, **facts).number  # type: ignore[arg-type]


def test_a_likely_duplicate_is_offered_compared_and_merged(parts: Parts, signed_in: SignIn) -> None:
    twin = add(parts, LIKE)
    office = signed_in("office")

    assert f"/items/1/same/{twin}" in office.get("/items/1").text
    page = office.get(f"/items/1/same/{twin}").text
    assert "把1号并入3号" in page
    assert "把3号并入1号" in page
    assert act(office, twin, "merge", into="1").status_code == 303

    assert state_of(parts, twin) == State.MERGED
    assert "可能是同一件事" not in office.get("/items/1").text
    assert "现在不能合并" in office.get(f"/items/2/same/{twin}").text


def test_another_units_other_words_and_the_opposite_are_not_offered(parts: Parts, signed_in: SignIn) -> None:
    add(parts, LIKE, OTHER_UNIT)
    add(parts, TURNED)
    add(parts, "窗口排队太久，希望多开一个。")
    assisted = add(parts, LIKE, COUNTY, assist=(UNIT,))

    page = signed_in("office").get("/items/1").text

    assert page.count("对照、合并") == 1
    assert f"/items/1/same/{assisted}" in page


def test_only_the_office_is_offered_it(parts: Parts, signed_in: SignIn) -> None:
    twin = add(parts, LIKE)

    assert "可能是同一件事" not in signed_in("unit").get("/items/1").text
    assert signed_in("unit").get(f"/items/1/same/{twin}").status_code == 403
    assert signed_in("office").get("/items/1/same/1").status_code == 404
