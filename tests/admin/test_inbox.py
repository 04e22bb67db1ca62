"""The inbox of opinions: who sees what, marking and its undoing, merging, striking out, handing out."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin.parts import Parts
from admin.screens import home
from core.audit.models import AuditEntry
from core.conversation.state import Answer
from core.opinions import arriving
from core.opinions.asking import count_vote
from core.opinions.handing import make_item
from core.opinions.models import ClosingAsk, Opinion
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.rectification.authors import Author
from core.rectification.details import Facts
from core.rectification.models import Item
from core.rectification.service import add_item
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.reports.factories import CHENGGUAN, DULEI, FINANCE, NANDAN, QINGYUAN, YIZHOU, make_response

PHONE = "15400012345"


@pytest.fixture
def hear(parts: Parts, round_id: int) -> Callable[..., int]:
    """Somebody says something, and it is in the inbox; the opinion's number."""
    count = iter(range(1, 100))

    def hear(text: str, place: str = QINGYUAN, question: str = "suggest", voice: str = "") -> int:
        at = START + timedelta(seconds=next(count))
        answer = Answer(text=text, voices=(voice,) if voice else ())
        with parts.writing() as session:
            response_id = make_response(session, round_id, {question: answer}, place=place, finished_at=at)
        arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))
        with parts.reading() as connection:
            return int(connection.scalar(select(Opinion.id).where(Opinion.response_id == response_id)) or 0)

    return hear


def states(parts: Parts) -> list[str]:
    with parts.reading() as connection:
        return list(connection.scalars(select(Opinion.state).order_by(Opinion.id)))


def test_an_empty_inbox_says_how_it_fills(office: Browser, round_id: int) -> None:
    assert "一分钟以内就会列在这里" in office.get("/opinions/").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_first_page_tells_what_nobody_has_looked_at_and_counts_no_further_than_it_must(
    office: Browser, hear: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_others = [hear(f"路灯坏了{number}") for number in range(4)]
    office.post("/opinions/marks", {"id": str(first), "do": "todo"}, page="/opinions/")

    page = office.get("/").text
    monkeypatch.setattr(home, "MOST_COUNTED", 2)
    many = office.get("/").text

    assert "3条意见还没看。" in page
    assert "/admin/opinions/?state=new" in page
    assert "1条意见标了“要办”" in page
    assert "2条以上的意见还没看。" in many


def test_the_list_is_narrowed_by_what_stands_in_the_address(
    office: Browser, hear: Callable[..., int]
) -> None:
    hear("交通不方便", place=CHENGGUAN)
    hear("路灯坏了")
    hear("班车少", question="traffic_why")

    def shows(query: str) -> list[str]:
        page = re.sub("</?mark>", "", office.get(f"/opinions/?{query}").text)
        return [words for words in ("交通不方便", "路灯坏了", "班车少") if words in page]

    assert shows("q=交通") == ["交通不方便"]
    assert shows(f"county={NANDAN}") == ["交通不方便"]
    assert shows(f"county={YIZHOU}&township={DULEI}") == []
    assert shows("dimension=traffic") == ["班车少"]
    assert shows("round=1&question=suggest") == ["交通不方便", "路灯坏了"]
    assert shows("state=done") == []
    assert shows("with=media") == []


@pytest.mark.parametrize("query", ["county=99", "state=x", "round=9", "dimension=x", "unit=U999", "page=0"])
def test_what_the_address_names_and_nobody_knows_is_refused_with_a_sentence(
    office: Browser, round_id: int, query: str
) -> None:
    answer = office.get(f"/opinions/?{query}")

    assert answer.status_code == 400
    assert "请" in answer.text


def test_several_are_marked_at_once_and_it_can_be_undone(
    office: Browser, parts: Parts, hear: Callable[..., int]
) -> None:
    ids = [str(hear(words)) for words in ("甲", "乙", "丙")]

    said = office.post(
        "/opinions/marks", {"id": ids[:2], "do": "nothing"}, page="/opinions/", follow_redirects=True
    ).text
    assert "2条改成“不用办”" in said
    assert states(parts) == ["nothing", "nothing", "new"]

    assert "撤销刚才改的2条" in said
    office.post("/opinions/marks/undo", page="/opinions/")
    assert states(parts) == ["new", "new", "new"]


def test_ticking_nothing_or_nonsense_is_told(office: Browser, hear: Callable[..., int]) -> None:
    hear("甲")

    for form in ({"do": "done"}, {"do": "done", "id": "x"}, {"do": "merge", "id": "1"}):
        assert office.post("/opinions/marks", form, page="/opinions/").status_code == 409
    assert office.post("/opinions/marks", {"do": "item", "id": "1"}, page="/opinions/").status_code == 400
    assert office.post("/opinions/marks", {"do": "done", "id": "999"}, page="/opinions/").status_code == 404


def test_what_seems_the_same_is_shown_merged_and_parted(
    office: Browser, parts: Parts, hear: Callable[..., int]
) -> None:
    first = hear("村口的路灯坏了半年没人修")
    second = hear("村口路灯坏了，半年了没人修")
    assert "有1组说的像是同一件事" in office.get("/opinions/").text
    groups = office.get("/opinions/alike").text
    assert groups.count("路灯坏了") >= 2

    office.post(
        "/opinions/marks?from=alike",
        {"id": [str(first), str(second)], "do": "merge"},
        page="/opinions/alike",
    )
    assert "没有看起来一样的意见" in office.get("/opinions/alike").text
    assert "合并进来的1条" in office.get(f"/opinions/{first}").text
    assert "已经合并到" in office.get(f"/opinions/{second}").text

    office.post(f"/opinions/{second}/unmerge", page=f"/opinions/{second}")
    assert "有1条像是同一件事" in office.get(f"/opinions/{first}").text
    office.post(f"/opinions/{first}/merge", {"id": str(second)}, page=f"/opinions/{first}")
    assert "合并了1条" in office.get("/opinions/").text


def test_numbers_are_offered_for_striking_and_can_be_brought_back(
    office: Browser, hear: Callable[..., int]
) -> None:
    one = hear(f"找我张三，{PHONE}")
    page = f"/opinions/{one}"
    offered = re.search(r'name="piece" value="([^"]+)"', office.get(page).text)
    assert offered

    piece = json.dumps(["phone", PHONE])
    office.post(f"{page}/strike", {"piece": piece, "names": "张三\n"}, page=page)
    struck = office.get(page).text
    assert "找我〔姓名〕，〔电话〕" in struck
    assert PHONE not in struck
    assert PHONE not in office.get("/rounds/1/opinions").text

    office.post(f"{page}/unstrike", page=page)
    assert PHONE in office.get(page).text


@pytest.mark.parametrize("piece", ["", "x", "[]", '["phone"]', "[1, 2]", '{"a": 1}', '["phone", 5]'])
def test_a_form_nobody_filled_in_like_this_strikes_nothing(
    office: Browser, hear: Callable[..., int], piece: str
) -> None:
    one = hear("路灯坏了")

    answer = office.post(f"/opinions/{one}/strike", {"piece": piece}, page=f"/opinions/{one}")

    assert answer.status_code == 409
    assert "一字不差" in answer.text


def test_a_voice_is_typed_up_and_found_by_its_words(office: Browser, hear: Callable[..., int]) -> None:
    one = hear("", voice="voice-1")

    office.post(f"/opinions/{one}/type", {"words": "水管漏水"}, page=f"/opinions/{one}")

    assert "<mark>水管</mark>漏水" in office.get("/opinions/?q=水管").text


def test_an_opinion_becomes_an_item_and_both_lead_to_each_other(
    office: Browser, parts: Parts, hear: Callable[..., int]
) -> None:
    one = hear("庆远镇老街的路灯坏了", question="traffic_why")
    page = office.get(f"/opinions/{one}").text
    assert "说到路灯" in page
    assert "宜州区" in page

    form = {
        "text": "庆远镇老街路灯损坏，请修好。",
        "category": "交通",
        "source": "2026年年终评议",
        "lead": FINANCE,
        "first_deadline": "2026-12-30",
    }
    bad = office.post(f"/opinions/{one}/item", form | {"lead": ""}, page=f"/opinions/{one}")
    assert (bad.status_code, "请选牵头单位" in bad.text, form["text"] in bad.text) == (400, True, True)
    past = office.post(
        f"/opinions/{one}/item", form | {"first_deadline": "2020-01-01"}, page=f"/opinions/{one}"
    )
    assert past.status_code == 409

    office.post(f"/opinions/{one}/item", form, page=f"/opinions/{one}")

    with parts.reading() as connection:
        number = connection.scalar(select(Opinion.item_number))
        assert connection.scalar(select(Item.origin)) == f"opinion:{one}"
    assert f"/admin/items/{number}" in office.get(f"/opinions/{one}").text
    assert f"/admin/opinions/{one}" in office.get(f"/items/{number}").text
    office.post(f"/opinions/{one}/part", page=f"/opinions/{one}")
    assert states(parts) == ["todo"]
    assert office.post(f"/opinions/{one}/add", {"number": "第x"}, page=f"/opinions/{one}").status_code == 409
    office.post(f"/opinions/{one}/add", {"number": f"{number}号"}, page=f"/opinions/{one}")
    assert states(parts) == ["item"]


def test_items_that_opinions_like_it_became_are_offered(
    office: Browser, hear: Callable[..., int], parts: Parts
) -> None:
    first = hear("村口的路灯坏了三个月了，没人修。")
    with parts.writing() as session:
        office_id = session.scalars(select(Staff.id).where(Staff.role == "office")).one()
        facts = Facts(
            text="修村口路灯", category="x", source="x", lead_code=FINANCE, first_deadline=date(2026, 12, 31)
        )
        author = Author.staff(office_id, Role.OFFICE, EVERYTHING)
        number = make_item(session, first, facts, author, START)
        add_item(session, replace(facts, text="河边的垃圾没有人来收，味道很大"), author, START)
    like, other = hear("村口路灯坏了三个月，没人来修"), hear("河边的垃圾没有人来收，味道很大！")

    assert f"加到{number}号" in office.get(f"/opinions/{like}").text
    assert f"加到{number + 1}号" in office.get(f"/opinions/{other}").text
    assert f"加到{number}号" not in office.get(f"/opinions/{other}").text


def test_an_auditor_looks_and_changes_nothing(
    signed_in: Callable[[str], Browser], hear: Callable[..., int]
) -> None:
    one = hear("路灯坏了")
    auditor = signed_in("auditor")

    assert "路灯坏了" in auditor.get("/opinions/").text
    page = auditor.get(f"/opinions/{one}").text
    assert "路灯坏了" in page
    assert "现在可以办" not in page
    assert auditor.post(f"/opinions/{one}/mark", {"do": "done"}, page="/").status_code == 403


def test_a_county_reads_its_own_without_numbers_voices_and_whole_responses(
    signed_in: Callable[[str], Browser], parts: Parts, hear: Callable[..., int]
) -> None:
    ours = hear(f"我叫覃小妹，打{PHONE}，路灯坏了", voice="voice-1")
    theirs = hear("南丹的话", place=CHENGGUAN)
    with parts.writing() as session:
        session.execute(update(Staff).where(Staff.role == "county").values(county_code=YIZHOU))
    county = signed_in("county")

    listed, page = county.get("/opinions/").text, county.get(f"/opinions/{ours}").text

    for text in (listed, page):
        assert "路灯坏了" in text
        assert PHONE not in text
        assert "覃小妹" not in text
        assert "只有办公室能听能看" in text
        assert "南丹的话" not in text
        assert "看整份" not in text
    assert county.get(f"/opinions/{theirs}").status_code == 404
    assert county.get("/opinions/alike").status_code == 403
    assert "南丹的话" not in county.get(f"/opinions/?county={NANDAN}").text


def test_numbers_stand_in_no_list_and_who_opens_one_is_written_down(
    signed_in: Callable[[str], Browser], parts: Parts, hear: Callable[..., int], round_id: int
) -> None:
    plain, telling = hear("路灯坏了"), hear(f"我叫覃小妹，打{PHONE}，路灯坏了半年")
    for role in ("office", "auditor"):
        browser = signed_in(role)
        for path in ("/opinions/", "/opinions/alike", f"/rounds/{round_id}/opinions", f"/opinions/{plain}"):
            assert PHONE not in browser.get(path).text, path
        shown = browser.get(f"/opinions/{telling}").text
        assert PHONE in shown
        form = shown.partition("<textarea")[2].partition("</textarea>")[0]
        assert PHONE not in form

    with parts.reading() as connection:
        seen = connection.execute(
            select(AuditEntry.who_name, AuditEntry.about).where(AuditEntry.act == "opinion_shown")
        ).all()
    assert [tuple(each) for each in seen] == [
        ("user-office", f"opinion:{telling}"),
        ("user-auditor", f"opinion:{telling}"),
    ]


def test_an_items_page_says_when_who_spoke_of_it_had_their_data_deleted(
    office: Browser, parts: Parts, hear: Callable[..., int]
) -> None:
    one = hear("老街的路灯坏了")
    form = {
        "text": "路灯", "category": "交通", "source": "2026年度", "lead": FINANCE,
        "first_deadline": "2026-12-30",
    }  # fmt: skip
    office.post(f"/opinions/{one}/item", form, page=f"/opinions/{one}")
    with parts.writing() as session:
        number = session.scalars(select(Item.number)).one()
        session.execute(update(Opinion).values(gone="erased"))

    page = office.get(f"/items/{number}").text

    assert "要求删除了自己的数据" in page
    assert f"第{one}条（本人已要求删除）" in page
    assert f"/admin/opinions/{one}" not in page


def test_an_opinion_nobody_has_is_not_found(office: Browser, round_id: int) -> None:
    assert office.get("/opinions/999").status_code == 404
    for path in ("mark", "strike", "unstrike", "type", "merge", "unmerge", "item", "add", "part"):
        assert office.post(f"/opinions/999/{path}", {"words": "x"}, page="/opinions/").status_code in (
            400,
            404,
            409,
        )


def test_a_long_list_has_pages(office: Browser, parts: Parts, round_id: int) -> None:
    with Session(parts.engine) as session, session.begin():
        for number in range(60):
            at = START + timedelta(seconds=number)
            make_response(session, round_id, {"suggest": Answer(text=f"第{number}句")}, finished_at=at)
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))

    page = office.get("/opinions/")

    assert "第1到50条，共60条" in page.text
    assert "下一页" in page.text


def test_residents_are_asked_from_the_items_page_and_their_answers_stand_there(
    office: Browser, signed_in: Callable[[str], Browser], parts: Parts, hear: Callable[..., int]
) -> None:
    one = hear("老街的路灯坏了")
    form = {
        "text": "路灯",
        "category": "交通",
        "source": "2026年度",
        "lead": FINANCE,
        "first_deadline": "2026-12-30",
    }
    office.post(f"/opinions/{one}/item", form, page=f"/opinions/{one}")
    with parts.writing() as session:
        number = session.scalars(select(Item.number)).one()
        assert "问问当地群众" not in office.get(f"/items/{number}").text
        session.execute(update(Item).values(state="at_office"))
    page = f"/items/{number}"
    assert f'value="{QINGYUAN}" selected' in office.get(page).text

    ask = {"words": "老街的路灯", "place": QINGYUAN, "days": "7", "least_no": "1", "least_share": "30%"}
    for wrong, why in (({"days": "x"}, "请填整数"), ({"words": ""}, "一句话"), ({"place": ""}, "请选要问")):
        told = office.post(f"{page}/ask", ask | wrong, page=page, follow_redirects=True).text
        assert why in told
    told = office.post(f"{page}/ask", ask, page=page, follow_redirects=True).text
    assert "正在问" in told
    assert "还没有人答" in told

    with parts.writing() as session:
        ask_id = session.scalars(select(ClosingAsk.id)).one()
        count_vote(session.connection(), parts.keys, ask_id, "somebody", False, parts.clock())
    assert "建议退回" in office.get(page).text
    assert "建议退回" in signed_in("auditor").get(page).text
    office.post(f"{page}/ask/{ask_id}/stop", page=page)
    assert "问完了" in office.get(page).text
    assert office.post(f"{page}/ask/{ask_id}/stop", page=page).status_code == 404
