"""Screens of rectification items: the office's day, what liaisons and counties see and do, photos."""

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.media.models import Media
from core.rectification.models import Item, ItemAct, ItemFile
from core.rectification.words import State
from tests.admin.item_city import SignIn, act, photo, state_of
from tests.hand_clock import HandClock
from tests.rectification.cast import (
    OTHER_UNIT,
    UNIT,
)

pytestmark = pytest.mark.usefixtures("item_city")


# The whole way ------------------------------------------------------------------------------------------


def test_an_item_goes_from_the_office_to_a_liaison_and_back_until_it_is_closed(
    parts: Parts, signed_in: SignIn, clock: HandClock
) -> None:
    office, liaison = signed_in("office"), signed_in("unit")

    made = office.post(
        "/items/new",
        {
            "text": "路灯不亮。",
            "lead": UNIT,
            "category": "治安",
            "source": "2026年度",
            "first_deadline": "2026-12-31",
        },
        page="/items/new",
    )
    assert made.headers["Location"].endswith("/items/3")
    assert "3号交办了" in office.get("/items/3").text
    act(liaison, 3, "claim")
    act(liaison, 3, "measures", text="换灯")
    sent = act(liaison, 3, "progress", text="换了一半", percent="50", photos=(io.BytesIO(photo()), "a.jpg"))
    assert sent.status_code == 303
    act(liaison, 3, "apply", text="都亮了")
    clock.advance(minutes=5)
    act(office, 3, "return", text="少了两盏")
    act(liaison, 3, "apply", text="补上了")
    act(office, 3, "close")

    page = office.get("/items/3").text
    assert state_of(parts, 3) == State.CLOSED
    for words in ("市交通局联络员", "进度50%", "少了两盏", "核验通过，销号", "网页"):
        assert words in page
    with Session(parts.engine) as session:
        acts = session.scalars(select(ItemAct.act).where(ItemAct.item_number == 3).order_by(ItemAct.id)).all()
    assert acts == ["assign", "claim", "measures", "progress", "apply", "return", "apply", "close"]


def test_a_photo_is_kept_without_what_the_phone_wrote_and_shown_to_those_who_see_the_item(
    parts: Parts, signed_in: SignIn
) -> None:
    liaison = signed_in("unit")
    act(liaison, 1, "claim")

    act(liaison, 1, "progress", text="开工了", photos=(io.BytesIO(photo()), "a.jpg"))

    with Session(parts.engine) as session:
        key = session.scalars(select(ItemFile.media_key)).one()
        assert session.get_one(Media, key).held_by == "item"
    with liaison.get(f"/items/1/files/{key}") as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
        assert b"PHONE MAKER" not in shown.data
    assert signed_in("stranger").get(f"/items/1/files/{key}").status_code == 404
    assert signed_in("office").get(f"/items/2/files/{key}").status_code == 404


def test_what_is_no_photo_is_refused_with_a_sentence_and_nothing_is_done(
    parts: Parts, signed_in: SignIn
) -> None:
    liaison = signed_in("unit")
    act(liaison, 1, "claim")

    sent = act(liaison, 1, "progress", text="开工了", photos=(io.BytesIO(b"%PDF-1.7"), "a.jpg"))

    assert sent.status_code == 409
    assert "不是能用的语音或照片格式" in sent.text
    assert "开工了" in sent.text
    with Session(parts.engine) as session:
        assert session.scalars(select(Media.key)).all() == []
        assert session.get_one(Item, 1).progress_at is None


def test_a_refusal_stands_at_its_form_with_what_was_typed(signed_in: SignIn) -> None:
    liaison = signed_in("unit")

    sent = act(liaison, 1, "ask_extension", until="2026-12-01", why="funds", text="等钱")

    assert sent.status_code == 409
    assert "时限要在今天（2026年12月1日）以后" in sent.text
    assert "等钱</textarea>" in sent.text


def test_the_second_of_two_liaisons_gets_a_sentence(parts: Parts, signed_in: SignIn) -> None:
    first, second = signed_in("unit"), signed_in("unit")

    act(first, 1, "claim", version="1")
    sent = act(second, 1, "claim", version="1")

    assert sent.status_code == 409
    assert "在您打开以后有人办过" in sent.text
    assert state_of(parts, 1) == State.WORKING


def test_a_liaison_takes_an_act_back_within_a_minute_and_not_later(
    parts: Parts, signed_in: SignIn, clock: HandClock
) -> None:
    liaison = signed_in("unit")
    act(liaison, 1, "claim")
    with Session(parts.engine) as session:
        act_id = session.scalars(select(ItemAct.id).where(ItemAct.act == "claim")).one()
    assert f"/items/1/undo/{act_id}" in liaison.get("/items/1").text

    liaison.post(f"/items/1/undo/{act_id}", page="/items/1")
    assert state_of(parts, 1) == State.ASSIGNED
    assert "已撤回" in liaison.get("/items/1").text

    act(liaison, 1, "claim")
    clock.advance(seconds=61)
    liaison.post(f"/items/1/undo/{act_id + 2}", page="/items/1")
    assert "过了60秒，撤不回了" in liaison.get("/items/1").text
    assert state_of(parts, 1) == State.WORKING


def test_a_county_verifies_first_where_the_office_wants_it(parts: Parts, signed_in: SignIn) -> None:
    act(signed_in("county-liaison"), 2, "claim")
    act(signed_in("county-liaison"), 2, "apply", text="建好了")
    assert state_of(parts, 2) == State.AT_COUNTY

    act(signed_in("county-desk"), 2, "pass")
    assert state_of(parts, 2) == State.AT_OFFICE
    act(signed_in("office"), 2, "close")
    assert state_of(parts, 2) == State.CLOSED


# Whose is what --------------------------------------------------------------------------------------------


def test_everybody_sees_their_own_part(signed_in: SignIn) -> None:
    seen = {
        who: [number for number in (1, 2) if f'/items/{number}"' in signed_in(who).get("/items/").text]
        for who in ("office", "auditor", "unit", "stranger", "county-liaison", "county-desk")
    }

    assert seen == {
        "office": [1, 2],
        "auditor": [1, 2],
        "unit": [1],
        "stranger": [],
        "county-liaison": [2],
        "county-desk": [2],
    }


def test_an_auditor_and_a_county_are_offered_no_act_that_is_not_theirs(signed_in: SignIn) -> None:
    assert "审计账号只看" in signed_in("auditor").get("/items/1").text
    assert "item_act" not in signed_in("county-desk").get("/items/2").text
    assert signed_in("auditor").post("/items/1/do/claim", page="/items/").status_code == 403
    assert act(signed_in("county-desk"), 2, "claim").status_code == 409


def test_those_who_assist_see_an_item_and_report_without_leading(parts: Parts, signed_in: SignIn) -> None:
    act(signed_in("office"), 1, "assist", units=[OTHER_UNIT])
    act(signed_in("unit"), 1, "claim")
    assisting = signed_in("stranger")

    assert assisting.get("/items/1").status_code == 200
    act(assisting, 1, "progress", text="管线迁好了")
    assert act(assisting, 1, "apply", text="好了").status_code == 409
    assert "管线迁好了" in signed_in("unit").get("/items/1").text


def test_the_first_page_of_a_unit_and_a_county_says_what_waits(signed_in: SignIn, clock: HandClock) -> None:
    unit, county = signed_in("unit"), signed_in("county-desk")

    assert "1条还没有领取" in unit.get("/").text
    assert "没有等着办的整改事项" in county.get("/").text
    assert "没有等着办的整改事项" in signed_in("stranger").get("/").text
    act(unit, 1, "claim")
    clock.advance(days=30)
    unit = signed_in("unit")

    page = unit.get("/").text
    assert f'href="/admin/items/?lead={UNIT}&amp;due=overdue">1条已经超期' in page
    assert "还没有领取" not in page
    assert "老街路面" in unit.get(f"/items/?lead={UNIT}&due=overdue").text
