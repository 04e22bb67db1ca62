"""The funnel's screens: figures worked out by hand, for each account its own; and populations from a file."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from admin.funnel_view import READERS
from admin.parts import Parts
from core.audit.models import AuditEntry
from core.funnel.counting import advance
from core.funnel.events import Kind
from core.people.models import Staff
from tests.admin.conftest import Browser
from tests.funnel.events import (
    CREDITS,
    FINANCE,
    NANDAN_BUS,
    QINGYUAN,
    QINGYUAN_BUS,
    UNKNOWN,
    event,
    store,
)
from tests.hand_clock import START

PAGES = ("", "/days", "/hours", "/questions", "/ranking")
DAY = timedelta(days=1)
# What a page of 宜州区 must never show to others, and the other way round: figures no other part has.
SECRET_OF_NANDAN = "471"


@pytest.fixture
def funnel(parts: Parts, round_id: int) -> str:
    """The address of a funnel whose figures were worked out by hand."""
    rows = [
        event(credit=QINGYUAN, person="a"),
        event(credit=QINGYUAN, person="a", at=START + DAY),
        event(Kind.FOLLOW, credit=QINGYUAN, person="a"),
        event(Kind.START, credit=QINGYUAN, person="a"),
        event(Kind.COMPLETE, credit=QINGYUAN, person="a"),
        event(credit=QINGYUAN_BUS, person="b"),
        event(Kind.START, credit=QINGYUAN_BUS, person="b"),
        event(Kind.BREAK_OFF, credit=QINGYUAN_BUS, person="b", question="residents-2021/gov"),
        event(credit=FINANCE, person="c"),
        event(credit=UNKNOWN, person="c"),
    ]
    rows += [event(credit=NANDAN_BUS, person=f"n{number}") for number in range(int(SECRET_OF_NANDAN))]
    store(parts.engine, rows)
    return f"/rounds/{round_id}/funnel"


@pytest.fixture
def tied(parts: Parts, signed_in: Callable[[str], Browser]) -> Callable[..., Browser]:
    """Gives a browser of an account that is tied to this county or unit."""

    def tie(role: str, **to: str) -> Browser:
        with parts.writing() as session:
            session.execute(
                update(Staff).where(Staff.role == role).values({"county_code": "", "unit_code": ""} | to)
            )
        return signed_in(role)

    return tie


def rows_of(page: str) -> dict[str, list[str]]:
    """A table's rows: the words of its first cell, then those of the others."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.S):
        cells = [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        found[cells[0]] = cells[1:]
    return found


# Figures ----------------------------------------------------------------------------------------------


def test_the_table_has_people_and_visits_by_hand(office: Browser, funnel: str) -> None:
    rows = rows_of(office.get(funnel).text)

    # scans, follows, starts, completions, rate, break-offs, refusals, unfollows
    assert rows["宜州区"] == ["2 3 次", "1 1 次", "2 2 次", "1 1 次", "50.0%", "1 1 次", "0", "0"]
    assert rows["南丹县"][0] == f"{SECRET_OF_NANDAN} {SECRET_OF_NANDAN} 次"
    assert rows["认不出的码"][0] == "1 1 次"
    assert list(rows)[-1] == "认不出的码"


def test_each_way_to_divide_it_leads_one_step_further_down(office: Browser, funnel: str) -> None:
    counties = office.get(f"{funnel}?by=counties").text
    townships = office.get(f"{funnel}?by=townships&county=451203").text
    codes = office.get(f"{funnel}?by=codes&county=451203&township=451203100").text

    assert "by=townships&amp;county=451203" in counties
    assert rows_of(townships)["宜州区庆远镇"][0] == "2 3 次"
    assert rows_of(townships)["宜州区德胜镇"][0] == "0"
    assert set(rows_of(codes)) == {"宜州区庆远镇 · 通用 p_451203100", "宜州区庆远镇 · 公交车 p_451203100_bus"}
    assert rows_of(office.get(f"{funnel}?by=units").text)["市财政局"][0] == "1 1 次"
    assert rows_of(office.get(f"{funnel}?by=materials").text)["公交车"][0] == "472 472 次"
    assert set(rows_of(office.get(f"{funnel}?by=unknown").text)) == {"x_1"}


def test_sorting_stays_in_the_address_and_what_belongs_nowhere_stays_last(
    office: Browser, funnel: str
) -> None:
    rows = list(rows_of(office.get(f"{funnel}?sort=scan&order=asc").text))
    page = office.get(f"{funnel}?by=townships&county=451203&sort=scan&order=asc").text

    assert rows == ["宜州区", "南丹县", "认不出的码"]
    assert "county=451203" in re.findall(r'href="([^"]*sort=start[^"]*)"', page)[0]


def test_days_have_a_curve_and_a_line_each(office: Browser, funnel: str) -> None:
    page = office.get(f"{funnel}/days?county=451203").text

    assert page.count("<svg") == 2
    assert rows_of(page)["12月2日（周三）"][0] == "1 1 次"
    assert rows_of(page)["12月1日（周二）"][:4] == ["2 2 次", "1 1 次", "2 2 次", "1 1 次"]


def test_one_codes_days_can_be_looked_at(office: Browser, funnel: str) -> None:
    page = office.get(f"{funnel}/days?code=p_451203100_bus").text

    assert rows_of(page)["12月1日（周二）"][0] == "1 1 次"
    assert "公交车" in page


def test_one_materials_days_can_be_looked_at_and_do_not_narrow_other_pages(
    office: Browser, funnel: str
) -> None:
    days = office.get(f"{funnel}/days?material=bus&county=451203").text
    table = office.get(f"{funnel}?material=bus").text

    assert rows_of(days)["12月1日（周二）"][0] == "1 1 次"
    assert "公交车</span>" not in table
    assert rows_of(table)["宜州区"][0] == "2 3 次"


def test_the_order_stays_when_the_range_is_changed(office: Browser, funnel: str) -> None:
    page = office.get(f"{funnel}?sort=scan&order=asc").text

    assert '<input type="hidden" name="sort" value="scan">' in page


def test_hours_name_the_busiest(office: Browser, funnel: str) -> None:
    assert "扫码最多的是周二9时，一共475次。" in office.get(f"{funnel}/hours").text
    assert "完成最多的是周二9时，一共1次。" in office.get(f"{funnel}/hours?kind=complete").text


def test_questions_are_named_as_they_are_asked(office: Browser, funnel: str) -> None:
    (row,) = rows_of(office.get(f"{funnel}/questions").text).items()

    assert row[0] == "您对县里、乡镇政府的工作满意吗？"
    assert row[1][1:4] == ["1", "1", "100.0%"]


def test_the_map_has_every_county_and_says_what_it_shows(office: Browser, funnel: str) -> None:
    page = office.get(f"{funnel}/map").text

    assert "各县（区）的完成率</title>" in page
    assert ">50.0%</text>" in page
    assert office.get(f"{funnel}/map?measure=无").status_code == 400


def test_without_anything_pages_say_how_they_fill(office: Browser, round_id: int) -> None:
    for page in PAGES[:4]:
        answer = office.get(f"/rounds/{round_id}/funnel{page}")
        assert answer.status_code == 200
        assert 'class="empty"' in answer.text or page == ""


def test_figures_left_behind_by_a_worker_that_does_not_run_are_said_to_be(
    parts: Parts, office: Browser, funnel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.funnel.reading.MAX_UNCOUNTED", 5)

    assert "后台任务没有在运行" not in office.get("/funnel/").text
    advance(parts.engine, START + DAY * 3)
    store(parts.engine, [event(at=START + DAY)] * 6)

    assert "后台任务没有在运行，下面的数只算到 12月1日 09:00" in office.get(funnel).text


# Whose it is ------------------------------------------------------------------------------------------


def addresses(funnel: str) -> Iterator[str]:
    """Every page with every filter that can be thought of."""
    for page in (*PAGES, "/map"):
        yield f"{funnel}{page}"
        for credit in CREDITS:
            for query in (
                f"county={credit.owner}",
                f"unit={credit.owner}",
                f"township={credit.township}",
                f"county={credit.owner}&township={credit.township}",
                f"county=451203&township={credit.township}",
                f"code={credit.scene}",
                f"material={credit.material}",
                f"unit={credit.owner}&material={credit.material}",
            ):
                yield f"{funnel}{page}?{query}"
                for by in ("counties", "townships", "units", "codes", "materials", "unknown"):
                    if not page:
                        yield f"{funnel}?{query}&by={by}"
    yield "/funnel/"


@pytest.mark.parametrize(
    ("role", "to"),
    [
        ("county", {"county_code": "451203"}),
        ("liaison", {"county_code": "451203"}),
        ("liaison", {"unit_code": "U001"}),
        ("liaison", {"unit_code": "U002"}),
        ("county", {}),
    ],
)
def test_no_address_shows_an_account_what_belongs_to_another(
    tied: Callable[..., Browser], funnel: str, role: str, to: dict[str, str]
) -> None:
    browser = tied(role, **to)

    for address in addresses(funnel):
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code in (200, 400, 403, 404), address
        told = re.sub(r"<form.*?</form>|<[^>]+>", " ", answer.text, flags=re.S)
        for secret in (SECRET_OF_NANDAN, "p_451221100_bus", "x_1"):
            assert secret not in told, address


def test_a_county_sees_its_own_figures_and_only_itself(tied: Callable[..., Browser], funnel: str) -> None:
    browser = tied("county", county_code="451203")

    page = browser.get(funnel).text
    with browser.post(f"{funnel}/export", {"format": "csv"}, page=funnel) as answer:
        export = answer.text

    assert rows_of(page)["宜州区庆远镇"][0] == "2 3 次"
    assert "南丹" not in page
    assert "451203" in export
    assert "451221" not in export
    assert SECRET_OF_NANDAN not in export
    assert browser.get(f"{funnel}?county=451221").status_code == 404
    assert browser.get(f"{funnel}/map").status_code == 403


def test_a_unit_sees_its_codes_and_another_unit_nothing(tied: Callable[..., Browser], funnel: str) -> None:
    own = tied("liaison", unit_code="U001").get(funnel).text
    other = tied("liaison", unit_code="U002").get(funnel).text

    assert rows_of(own)["市财政局 · 通用 u_U001"][0] == "1 1 次"
    assert "还没有人扫码" in other
    assert "换个范围" not in own


def test_the_first_page_leads_there(tied: Callable[..., Browser], funnel: str) -> None:
    browser = tied("liaison", unit_code="U001")

    assert 'href="/admin/funnel/"' in browser.get("/").text
    assert browser.get("/funnel/").headers["Location"].endswith(funnel)


def test_interviewers_have_no_business_there(signed_in: Callable[[str], Browser], funnel: str) -> None:
    assert {role.value for role in READERS} == {"office", "auditor", "county", "liaison"}
    assert signed_in("interviewer").get(funnel).status_code == 403


# Files ------------------------------------------------------------------------------------------------


def test_the_export_is_a_file_and_written_down(parts: Parts, office: Browser, funnel: str) -> None:
    with office.post(f"{funnel}/export", {"format": "csv"}, page=funnel) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.text.splitlines()[1].startswith("all,,合计")
    assert office.post(f"{funnel}/export", {"format": "exe"}, page=funnel).status_code == 400
    with parts.reading() as connection:
        acts = connection.execute(AuditEntry.__table__.select()).all()
    assert any(row.act == "list_exported" and "传播漏斗" in str(row) for row in acts)


def handed_in(text: str, name: str = "人口.csv") -> dict[str, Any]:
    return {"file": (io.BytesIO(text.encode()), name)}


def test_populations_make_a_ranking(office: Browser, funnel: str) -> None:
    assert "还没有" in office.get(f"{funnel}/ranking").text
    text = "代码,人口,年份,来源\n451203100,2000,2020,七普\n451203101,1000,2020,七普\n"

    answer = office.post(
        "/population/load", handed_in(text), page="/population", content_type="multipart/form-data"
    )
    known = office.get("/population").text
    page = office.get(f"{funnel}/ranking").text

    assert answer.status_code == 303
    assert "人口导入好了。名单上有2个地方：新增2，改动0，没变0。" in known
    assert "还有1个乡镇（街道）没有人口数" in known
    assert rows_of(page) == {
        "1": ["宜州区庆远镇", "0.50", "1", "2 000"],
        "2": ["宜州区德胜镇", "0.00", "0", "1 000"],
    }
    assert "南丹县城关镇：完成0人" in page
    assert "人口：七普（2020年）" in page


def test_a_faulty_file_is_told_line_by_line_and_changes_nothing(office: Browser) -> None:
    bad = "代码,人口,年份,来源\n4,2000,2020,七普\n5,1000,2020,七普\n"

    for given in (handed_in(bad), {}, handed_in("x", "人口.xls")):
        answer = office.post(
            "/population/load", given, page="/population", content_type="multipart/form-data"
        )
        assert answer.status_code == 400
        assert "什么都没有写入" in answer.text
    assert "还没有人口数" in office.get("/population").text


def test_a_workbook_larger_than_a_form_can_be_handed_in(office: Browser, round_id: int) -> None:
    padding = "".join(f"451203100,2000,2020,{'来源' * 90}\n" for _ in range(400))

    answer = office.post(
        "/population/load",
        handed_in(f"代码,人口,年份,来源\n{padding}"),
        page="/population",
        content_type="multipart/form-data",
    )

    assert answer.status_code == 400
    assert "还有349处没有列" in answer.text


def test_auditors_see_populations_and_load_none(signed_in: Callable[[str], Browser]) -> None:
    auditor = signed_in("auditor")

    assert '<form class="narrow"' not in auditor.get("/population").text
    assert auditor.post("/population/load", page="/population").status_code == 403
