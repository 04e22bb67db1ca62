"""Screens of rectification items: the office's day, what liaisons and counties see and do, photos, files."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pypdf
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.audit.models import AuditEntry
from core.media.models import Media
from core.people.models import Staff
from core.people.roles import Role
from core.rectification.details import Details
from core.rectification.models import Item, ItemAct, ItemFile
from core.rectification.service import do
from core.rectification.words import Act, State
from tests.admin.conftest import Browser
from tests.hand_clock import START, HandClock
from tests.rectification.cast import (
    COUNTY,
    COUNTYS_LIAISON,
    OTHER_UNIT,
    UNIT,
    UNITS_LIAISON,
    make_item,
    make_places,
)

SignIn = Callable[[str], Browser]
TIES = {
    "unit": (Role.LIAISON, "", UNIT),
    "stranger": (Role.LIAISON, "", OTHER_UNIT),
    "county-liaison": (Role.LIAISON, COUNTY, ""),
    "county-desk": (Role.COUNTY, COUNTY, ""),
}


@pytest.fixture(autouse=True)
def _city(parts: Parts, password_hash: str) -> None:
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


def act(browser: Browser, number: int, name: str, **form: object) -> Any:
    page = f"/items/{number}"
    return browser.client.post(
        f"/admin{page}/do/{name}",
        data={"csrf_token": browser.token(page), **form},
        content_type="multipart/form-data",
    )


def state_of(parts: Parts, number: int) -> str:
    with Session(parts.engine) as session:
        return session.get_one(Item, number).state


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


# Lists, tables, files --------------------------------------------------------------------------------------


def test_a_list_can_be_filtered_and_taken_as_a_workbook(signed_in: SignIn) -> None:
    office = signed_in("office")

    page = office.get("/items/?category=卫生&state=open").text
    with office.get("/items/export?category=卫生") as sent:
        content = sent.data

    assert "缺一个公厕" in page
    assert "老街路面" not in page
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.values)
    book.close()
    assert (rows[0][0], len(rows), rows[1][0]) == ("编号", 2, 2)


def test_whoever_takes_a_table_is_written_into_the_audit_log(parts: Parts, signed_in: SignIn) -> None:
    auditor = signed_in("auditor")

    for path in ("/items/export", "/items/units/export", f"/items/units/{UNIT}/pdf"):
        with auditor.get(path) as sent:
            assert sent.status_code == 200, path

    with Session(parts.engine) as session:
        taken = select(AuditEntry.about).where(AuditEntry.act == "list_exported").order_by(AuditEntry.number)
        assert session.scalars(taken).all() == ["list:items", "list:items", f"unit:{UNIT}"]


@pytest.mark.parametrize(
    "path",
    [
        "/items/?state=lost",
        "/items/?unit=U999",
        "/items/?from=x",
        "/items/?page=x",
        "/items/calendar?month=x",
    ],
)
def test_an_address_nobody_knows_is_told(signed_in: SignIn, path: str) -> None:
    assert signed_in("office").get(path).status_code == 400


def test_each_table_comes_as_a_workbook_and_a_unit_as_one_page(
    parts: Parts, signed_in: SignIn, clock: HandClock
) -> None:
    with parts.writing() as session:
        office = session.scalars(select(Staff.id).where(Staff.role == Role.OFFICE.value)).first()
        for number in range(40):
            make_item(session, text=f"{number}号路" + "很长的意见" * 60, staff_id=office)
    browser = signed_in("office")

    for path in ("/items/units/export", "/items/calendar/export?month=2026-12"):
        with browser.get(path) as sent:
            assert sent.data.startswith(b"PK"), path
    with browser.get(f"/items/units/{UNIT}/pdf") as sent:
        document = pypdf.PdfReader(io.BytesIO(sent.data))

    words = document.pages[0].extract_text().replace(" ", "")
    assert len(document.pages) == 1
    assert "市交通局整改情况" in words
    assert "另有24条没有列出" in words


def test_several_items_are_acted_on_after_a_look_at_which(parts: Parts, signed_in: SignIn) -> None:
    for number, liaison in ((1, UNITS_LIAISON), (2, COUNTYS_LIAISON)):
        with parts.writing() as session:
            do(session, number, Act.CLAIM, liaison, START)
    with parts.writing() as session:
        do(session, 1, Act.APPLY, UNITS_LIAISON, START, Details(text="好了"))
    office = signed_in("office")
    chosen = {"act": "close", "number": ["1", "2"]}

    looked = office.post("/items/bulk", chosen, page="/items/")  # type: ignore[arg-type]
    assert "要对1条做“核验通过，销号”吗" in looked.text
    assert "2号</a>：现在是“整改中”，不能核验通过，销号" in looked.text
    assert state_of(parts, 1) == State.AT_OFFICE

    office.post("/items/bulk", chosen | {"confirmed": "1"}, page="/items/")  # type: ignore[arg-type]
    assert (state_of(parts, 1), state_of(parts, 2)) == (State.CLOSED, State.WORKING)
    assert "1条办好了" in office.get("/items/").text


def test_acting_on_several_at_once_is_all_or_nothing(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")

    sent = office.post(
        "/items/bulk",
        {"act": "transfer", "number": ["1", "2"], "confirmed": "1", "unit": UNIT, "text": "归交通"},  # type: ignore[dict-item]
        page="/items/",
    )

    assert sent.status_code == 409
    assert "一条也没有办" in sent.text
    with Session(parts.engine) as session:
        assert session.get_one(Item, 2).lead_code == COUNTY


def test_one_opinion_becomes_several_items_and_duplicates_become_one(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")

    split = office.post(
        "/items/1/split",
        {"text": ["修路", "装灯", ""], "lead": [UNIT, OTHER_UNIT, UNIT]},  # type: ignore[dict-item]
        page="/items/1/split",
    )
    assert split.status_code == 303
    assert (state_of(parts, 1), state_of(parts, 3), state_of(parts, 4)) == ("split", "assigned", "assigned")

    act(office, 4, "merge", into="3号", text="同一条路")
    assert state_of(parts, 4) == State.MERGED
    assert OTHER_UNIT in [row.code for row in _assists(parts, 3)]
    assert "4号并进来" in office.get("/items/3").text


def test_a_workbook_is_shown_before_it_is_applied(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")
    header = "编号,意见建议,来源,类别,牵头单位,整改时限"
    rows = ["1,路坏得很,2026年度,交通,U024,2026-12-20", ",新的一条,2026年度,交通,U031,2026-12-31"]
    table = "\n".join([header, *rows])

    sent = office.client.post(
        "/admin/items/load",
        data={"csrf_token": office.token("/items/load"), "file": (io.BytesIO(table.encode()), "台账.csv")},
    )
    preview = sent.headers["Location"].removeprefix("/admin")
    page = office.get(preview).text
    assert "共2条：新增1，更新1" in page
    assert "<ins>路坏得很</ins>" in page
    mark = page.split('name="mark" value="')[1].split('"')[0]

    done = office.post(preview, {"mark": mark}, page=preview)
    assert done.status_code == 303
    with Session(parts.engine) as session:
        assert session.get_one(Item, 1).text == "路坏得很"
        assert session.get_one(Item, 3).first_deadline == date(2026, 12, 31)
    again = office.post(preview, {"mark": mark}, page=preview)
    assert again.status_code == 409
    assert "您看过以后，有的事项又变了" in again.text


def test_a_faulty_workbook_is_told_row_by_row(signed_in: SignIn) -> None:
    office = signed_in("office")
    table = "意见建议,来源,类别,牵头单位,整改时限\n路坏了,2026年度,交通,U999,月底\n"

    sent = office.client.post(
        "/admin/items/load",
        data={"csrf_token": office.token("/items/load"), "file": (io.BytesIO(table.encode()), "台账.csv")},
    )

    assert sent.status_code == 400
    assert "台账.csv 第2行“牵头单位”列" in sent.text or "台账.csv 第2行“整改时限”列" in sent.text
    assert "什么都没有写入" in sent.text


def _assists(parts: Parts, number: int) -> list[object]:
    from core.rectification.models import ItemAssist

    with Session(parts.engine) as session:
        return list(session.scalars(select(ItemAssist).where(ItemAssist.item_number == number)))
