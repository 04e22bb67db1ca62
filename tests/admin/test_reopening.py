"""When enough residents say that it is not fixed, the office sees it first thing, and can list such items."""

from datetime import timedelta

import pytest

from admin.parts import Parts
from core.opinions.asking import proposed_reopenings
from core.opinions.models import ClosingAsk, ClosingVote
from core.rectification.details import Details
from core.rectification.service import do
from core.rectification.words import Act
from tests.admin.item_city import SignIn, act
from tests.hand_clock import START, HandClock
from tests.rectification.cast import UNITS_LIAISON

pytestmark = pytest.mark.usefixtures("item_city")


def asks(parts: Parts, *, yes: int, no: int, least_no: int = 3, least_share: float = 0.3) -> int:
    """Item 1's closing was applied for, residents were asked and said this."""
    with parts.writing() as session:
        do(session, 1, Act.CLAIM, UNITS_LIAISON, START)
        do(session, 1, Act.APPLY, UNITS_LIAISON, START, Details(text="修好了"))
        asked = ClosingAsk(
            item_number=1,
            place_code="451228",
            words="老街的路",
            least_no=least_no,
            least_share=least_share,
            voter_key=b"",
            asked_at=START,
            asked_by=1,
            until=START + timedelta(days=14),
        )
        session.add(asked)
        session.flush()
        for number in range(yes + no):
            session.add(ClosingVote(ask_id=asked.id, voter=f"{number}", is_fixed=number < yes, at=START))
        return asked.id


def proposed(parts: Parts) -> list[int]:
    with parts.reading() as connection:
        return proposed_reopenings(connection)


@pytest.mark.parametrize(
    ("yes", "no", "is_proposed"), [(7, 3, True), (8, 3, False), (0, 2, False), (0, 3, True)]
)
def test_number_and_share_both_have_to_be_reached(
    parts: Parts, yes: int, no: int, *, is_proposed: bool
) -> None:
    asks(parts, yes=yes, no=no)

    assert proposed(parts) == ([1] if is_proposed else [])


def test_the_office_sees_it_first_and_lists_such_items(parts: Parts, signed_in: SignIn) -> None:
    asks(parts, yes=1, no=4)
    office = signed_in("office")

    assert 'href="/admin/items/?said=no">1条整改事项群众说没办好' in office.get("/").text
    page = office.get("/items/?said=no").text
    assert "老街路面" in page
    assert "缺一个公厕" not in page
    assert "群众说没办好（1）" in office.get("/items/").text
    assert signed_in("unit").get("/items/?said=no").status_code == 400, "what residents say is for the office"


def test_it_is_settled_by_an_act_of_the_office_until_one_more_says_no(
    parts: Parts, signed_in: SignIn, clock: HandClock
) -> None:
    ask_id = asks(parts, yes=0, no=3)
    office = signed_in("office")
    clock.advance(minutes=5)

    act(office, 1, "research", text="去看过了，是隔壁那条路。")
    assert proposed(parts) == []
    assert "没有这样的整改事项" in office.get("/items/?said=no").text

    clock.advance(minutes=5)
    with parts.writing() as session:
        session.add(ClosingVote(ask_id=ask_id, voter="late", is_fixed=False, at=clock()))
    assert proposed(parts) == [1]
    clock.advance(minutes=5)
    act(office, 1, "return", text="群众说没修好")
    assert proposed(parts) == []
