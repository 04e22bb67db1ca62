"""Results in the browser: figures worked out by hand, who sees what, what may be asked, what is given."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from PIL import Image
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.people.models import Staff
from core.quality.service import decide
from core.reports.imprint import CHECK_LINE
from core.reports.tallying import advance
from core.responses.models import Response
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    DULEI,
    FINANCE,
    NANDAN,
    POLICE,
    QINGYUAN,
    RATINGS,
    YIZHOU,
    make_response,
    make_round,
)

CHECK_CODE = re.compile(r"校验码</dt><dd>([A-Z2-9-]{14})<")
VIEWS = ("whole", "counties", "townships", "heat", "question", "days", "rounds")
# What an address may ask for wrongly, and what is said then.
WRONG = (
    ("county=999999", "没有代码是“999999”的县（区）"),
    ("unit=%25%27", "没有代码是“%&#39;”的单位"),
    ("questionnaire=leaders-2021", "里没有问卷“leaders-2021”的结果"),
    ("question=nothing", "没有叫“nothing”的题目"),
    ("dimension=nothing", "没有叫“nothing”的方面"),
    ("least=0", "要填1到100000的整数"),
    ("least=1e9", "要填1到100000的整数"),
    ("sort=age", "没有叫“age”的排序"),
    ("since=2026-12-02&until=2026-12-01", "请把两个日期对调"),
    ("since=2026-13-01", "看不懂日期"),
)


def text_of(page: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def rows_of(page: str) -> dict[str, list[str]]:
    """The table's lines by their name, the foot too."""
    found = {}
    for row in re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.S):
        name, *cells = [re.sub(r"<[^>]+>", "", each).strip() for each in re.split(r"</t[hd]>", row)]
        found[name] = [each for each in cells if each]
    return found


@pytest.fixture
def answered(parts: Parts, round_id: int) -> int:
    """
    Two in 庆远 (all 满意, all 一般), one in 德胜 (all 不了解), two in 南丹 (满意; 不满意 but 交通 满意), one
    broke off; of the units 市财政局 has a 比较满意. By hand: see the tests.
    """
    with parts.writing() as session:
        for place, code, others in (
            (QINGYUAN, "s5", {}),
            (QINGYUAN, "s3", {}),
            (DULEI, "dk", {}),
            (CHENGGUAN, "s5", {}),
            (CHENGGUAN, "s1", {"traffic": "s5"}),
        ):
            given = dict.fromkeys(RATINGS, code) | others | {"age": "a30"}
            make_response(session, round_id, given, place=place)
        make_response(session, round_id, dict.fromkeys(RATINGS, "s1"), status="break_off")
        judged = dict.fromkeys(("easy", "speed", "attitude", "fair", "clean", "solve"), "s4")
        make_response(session, round_id, judged, questionnaire="units-2021", unit=FINANCE, place="")
    return round_id


def test_score_satisfaction_n_and_unknown_are_told_apart(office: Browser, answered: int) -> None:
    page = office.get(f"/results/{answered}/whole").text
    rows = rows_of(page)

    # (100+60+100+0)/4 and (100+60+100+100)/4; in all eleven of the one and one of the other.
    assert rows["治安"] == ["65.00", "50.0%", "4", "20.0%"]
    assert rows["交通"] == ["90.00", "75.0%", "4", "20.0%"]
    assert rows["总的"] == ["67.08", "52.1%", "48", "20.0%"]
    assert "不给误差范围" in page
    assert "±" not in page
    assert re.search(r"校验码</dt><dd>[A-Z2-9-]{14}<", page)


def test_a_place_is_compared_with_the_whole(office: Browser, answered: int) -> None:
    rows = rows_of(office.get(f"/results/{answered}/whole?county={NANDAN}").text)

    assert rows["治安"] == ["50.00", "50.0%", "2", "0.0%", "65.00", "−15.00"]


def test_from_the_total_down_to_a_question_by_links(office: Browser, answered: int) -> None:
    page = office.get("/results").text
    for named in ("城乡居民满意度调查", "各县（区）", "宜州区", "各乡镇", "庆远镇", "治安"):
        link = next(
            found
            for found, words in re.findall(r'<a href="/admin(/results[^"]*)"[^>]*>\s*([^<]*?)\s*</a>', page)
            if named in words
        )
        answer = office.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        page = answer.text

    assert "偷东西" not in page
    assert rows_of(page)["满意"] == ["1", "50.0%"]
    assert "宜州区庆远镇" in text_of(page)


def test_places_are_ranked_from_a_settable_n_on_and_ties_share_a_rank(
    office: Browser, parts: Parts, answered: int
) -> None:
    few = rows_of(office.get(f"/results/{answered}/counties").text)
    ranked = rows_of(office.get(f"/results/{answered}/counties?least=2").text)
    # 满意 for all in 南丹 but one: as many points as 宜州 has.
    tied = rows_of(office.get(f"/results/{answered}/townships?least=1&dimension=culture").text)

    assert few["宜州区"] == ["—", "3", "80.00", "50.0%", "33.3%"]
    assert (ranked["宜州区"][0], ranked["南丹县"][0]) == ("1", "2")
    assert (tied["宜州区庆远镇"][0], tied["宜州区德胜镇"][0]) == ("1", "—")
    with parts.writing() as session:
        make_response(session, answered, dict.fromkeys(RATINGS, "s4"), place=DULEI)
    tied = rows_of(office.get(f"/results/{answered}/townships?least=1&dimension=culture&sort=rank").text)
    assert tied["宜州区庆远镇"][:3] == ["1（并列）", "2", "80.00"]
    assert tied["宜州区德胜镇"][:3] == ["1（并列）", "2", "80.00"]
    assert tied["南丹县城关镇"][0] == "3"


def test_units_have_a_table_of_their_own(office: Browser, answered: int) -> None:
    rows = rows_of(office.get(f"/results/{answered}/units").text)

    assert rows["市财政局"] == ["—", "1", "80.00", "100.0%", "0.0%"]
    assert rows["市公安局"] == ["—", "0", "—", "—", "—"]


def test_with_and_without_what_is_set_aside(office: Browser, parts: Parts, answered: int) -> None:
    with parts.writing() as session:
        number = session.scalars(select(Response.id).where(Response.place_code == DULEI)).one()
        decide(session, number, aside=True, staff_id=1, reason="没有人答", now=START)

    without = office.get(f"/results/{answered}/whole").text
    with_aside = office.get(f"/results/{answered}/whole?aside=1").text

    assert "n=4份；另有搁置的1份（20.0%），没有算进去" in without
    assert rows_of(without)["总的"][3] == "0.0%"
    assert "n=5份；其中搁置的1份（20.0%），也算在内" in with_aside
    assert rows_of(with_aside)["总的"][3] == "20.0%"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lists_without_room_for_an_imprint_name_version_and_hashes(office: Browser, answered: int) -> None:
    index = text_of(office.get("/results").text)
    told = re.search(r"residents-2021 第1版，指纹 [0-9a-f]{12}，计分 [0-9a-f]{12}；微信，搁置的不算", index)

    assert told
    named = told[0].partition("；")[0]
    for page in ("counties", "townships", "funnel/questions"):
        text = text_of(office.get(f"/rounds/{answered}/{page}").text)
        assert named in text, page
        assert "截至 12月1日" in text, page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_table_can_be_read_with_and_without_what_is_set_aside(
    office: Browser, parts: Parts, answered: int
) -> None:
    with parts.writing() as session:
        odd = session.scalars(
            select(Response.id).where(
                (Response.place_code == CHENGGUAN) | (Response.subject_code == FINANCE),
                Response.status == "complete",
            )
        ).all()
        for number in odd:
            decide(session, number, aside=True, staff_id=1, reason="没有人答", now=START)

    tables = [f"/results/{answered}/{view}" for view in (*VIEWS, "units")]
    tables += [f"/rounds/{answered}/{page}" for page in ("answers", "counties", "townships", "units")]
    for table in tables:
        page, with_aside = office.get(table).text, office.get(f"{table}?aside=1").text

        assert rows_of(page) != rows_of(with_aside), table
        assert 'name="aside"' in page, table
        assert "搁置的也算" in text_of(with_aside), table


def test_channels_are_never_blended(office: Browser, parts: Parts, answered: int) -> None:
    with parts.writing() as session:
        session.execute(update(Response).where(Response.place_code == CHENGGUAN).values(channel="paper"))

    assert rows_of(office.get(f"/results/{answered}/whole").text)["总的"][:1] == ["80.00"]
    assert office.get(f"/results/{answered}/whole?channel=phone").status_code == 400


def _earlier_round(session: Session, parts: Parts) -> None:
    """The year before, with one response: 一般 for all."""
    before = make_round(
        session,
        parts.keys,
        "2025年",
        ("residents-2021",),
        START - timedelta(days=400),
        START - timedelta(days=300),
        opened=False,
    )
    before.state = "closed"
    given = dict.fromkeys(RATINGS, "s3")
    make_response(session, before.id, given, finished_at=START - timedelta(days=350))


def test_this_round_stands_beside_earlier_ones(office: Browser, parts: Parts, answered: int) -> None:
    with parts.writing() as session:
        _earlier_round(session, parts)

    rows = rows_of(office.get(f"/results/{answered}/rounds").text)

    assert rows["交通"] == ["90.00", "4", "20.0%", "60.00", "1", "0.0%", "+30.00"]


def test_personal_questions_hide_small_groups_and_are_not_shown_below_a_county(
    office: Browser, answered: int
) -> None:
    for place, sentence in (("", "回答的人不到10个"), (f"&township={QINGYUAN}", "只在全市和县（区）里看")):
        page = office.get(f"/results/{answered}/question?question=age{place}").text
        assert sentence in page
        assert "30到44岁" not in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_there_is_refused_with_a_sentence(office: Browser, round_id: int) -> None:
    for query, sentence in WRONG:
        page = office.get(f"/results/{round_id}/days?{query}")
        assert page.status_code == 400, query
        assert sentence in page.text, query


def test_an_empty_round_says_how_it_fills(office: Browser, round_id: int) -> None:
    for view in (*VIEWS, "units"):
        page = office.get(f"/results/{round_id}/{view}")
        assert page.status_code == 200, view
        assert "还没有完整交上的答卷" in page.text, view
    assert office.get(f"/results/{round_id}/nothing").status_code == 404
    assert office.get(f"/results/{round_id}/counties/chart.png").status_code == 404


def test_a_county_sees_its_own_and_a_unit_its_own(
    parts: Parts, signed_in: Callable[[str], Browser], answered: int
) -> None:
    with parts.writing() as session:
        session.execute(update(Staff).where(Staff.role == "county").values(county_code=YIZHOU))
        session.execute(update(Staff).where(Staff.role == "liaison").values(unit_code=FINANCE))
    county, unit = signed_in("county"), signed_in("liaison")

    own = county.get(f"/results/{answered}/townships").text
    assert set(rows_of(own)) == {"庆远镇", "德胜镇", "这个范围一共"}
    assert rows_of(county.get(f"/results/{answered}/whole").text)["总的"][:3] == ["80.00", "50.0%", "24"]
    assert rows_of(unit.get(f"/results/{answered}/whole").text)["总的"] == ["80.00", "100.0%", "6", "0.0%"]
    for browser in (county, unit):
        assert "南丹" not in "".join(
            browser.get(f"/results/{answered}/{view}").text for view in ("whole", "days")
        )
        for refused in (f"county={NANDAN}", f"township={CHENGGUAN}", f"unit={POLICE}"):
            for path in ("whole", "days", "whole/table.xlsx", "whole/chart.svg"):
                assert browser.get(f"/results/{answered}/{path}?{refused}").status_code == 404, refused
        assert browser.get(f"/results/{answered}/units").status_code == 404
        assert browser.get(f"/results/{answered}/counties").status_code == 404


def test_a_view_is_taken_away_as_a_table_and_a_picture_with_their_imprint(
    office: Browser, answered: int
) -> None:
    page = office.get(f"/results/{answered}/counties?least=2&sort=name&order=asc")
    code = re.search(r"校验码</dt><dd>([A-Z2-9-]{14})<", page.text)
    assert code

    with office.get(f"/results/{answered}/counties/table.xlsx?least=2") as table:
        sheet = openpyxl.load_workbook(io.BytesIO(table.data)).active
    drawing = office.get(f"/results/{answered}/counties/chart.svg?least=2").text
    with office.get(f"/results/{answered}/counties/chart.png?least=2") as picture:
        image = Image.open(io.BytesIO(picture.data))
        image.load()

    assert sheet is not None
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["县（区）", "名次", "答卷（份）", "得分（满分100）", "满意率（%）", "不了解（%）"]
    assert rows[1:3] == [["宜州区", "1", 3, 80, 50, 33.3], ["南丹县", "2", 2, 54.17, 54.2, 0]]
    assert [CHECK_LINE, code[1]] in rows
    assert "校验码" in drawing
    assert code[1] in drawing
    assert "style" not in drawing
    assert image.width > 1000


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_view_has_a_table_a_picture_and_a_link_that_shows_it_again(
    office: Browser, parts: Parts, answered: int
) -> None:
    with parts.writing() as session:
        _earlier_round(session, parts)
    for view in (*VIEWS, "units"):
        asked = f"/results/{answered}/{view}?aside=1&least=2"
        page = office.get(asked).text
        link = re.search(r"网址</dt><dd><a href=\"/admin([^\"]+)\"", page)
        assert link, view
        again = office.get(link[1].replace("&amp;", "&")).text
        with office.get(f"{asked.replace('?', '/table.xlsx?')}") as taken:
            sheet = openpyxl.load_workbook(io.BytesIO(taken.data)).active
        drawn = office.get(f"{asked.replace('?', '/chart.svg?')}")

        assert CHECK_CODE.search(again)[1] == CHECK_CODE.search(page)[1], view  # type: ignore[index]
        assert rows_of(again) == rows_of(page), view
        assert sheet is not None
        heads = [str(cell) for cell in next(sheet.iter_rows(values_only=True))]
        # Wherever there is a 得分, its n and the share of 不了解 stand beside it.
        assert (view == "question") == (not any("不了解" in head for head in heads)), view
        assert any(word in head for head in heads for word in ("答卷", "n", "人数")), view
        assert drawn.text.startswith("<svg"), view
        assert "下载图（PNG）" in page, view


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_reads_a_round_s_responses_or_answers_through(
    office: Browser, parts: Parts, answered: int
) -> None:
    """With a year loaded that is the difference of milliseconds and a minute; the plan shows it at once."""
    advance(parts.engine, START + timedelta(hours=1))
    plans: list[str] = []

    def explain(_connection: object, cursor: object, sql: str, values: object, *_more: object) -> None:
        if "max(response.id)" in sql:
            return  # one look-up at the index's end; its plan looks as if it read all of it
        found = cursor.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)  # type: ignore[attr-defined]
        plans.extend(step[3] for step in found)

    event.listen(parts.engine, "before_cursor_execute", explain)
    for path in ("/", "/results", *(f"/results/{answered}/{view}" for view in (*VIEWS, "units"))):
        assert office.get(path).status_code == 200
    event.remove(parts.engine, "before_cursor_execute", explain)

    assert any("tally" in step for step in plans)
    for step in plans:
        assert not re.match(r"SCAN (response|answer)\b", step), step
        assert "ix_response_round_id" not in step, step
