"""Who exported what: the same few columns whatever was exported, narrowed to days and to whom."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from admin.parts import Parts
from admin.screens.exports import periods
from tests.admin.conftest import Browser
from tests.admin.test_export import ask, work
from tests.hand_clock import HandClock
from tests.reports.factories import YIZHOU, make_response, satisfied_with_everything


def lines(page: str) -> list[list[str]]:
    """The table's cells as they are read."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.split(r"</t[hd]>", row)][
            :-1
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def test_every_kind_of_export_says_who_what_which_part_how_much_and_checksum(
    office: Browser, signed_in: Callable[[str], Browser], parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        make_response(session, round_id, satisfied_with_everything("s5"))
    with office.get(f"/results/{round_id}/counties/table.xlsx?least=2"):
        pass
    office.get(f"/results/{round_id}/counties/chart.svg", buffered=True)
    asked = ask(office, round_id, "csv", place=YIZHOU)
    waiting = lines(office.get("/exports").text)[0]
    work(parts)
    office.get(f"{asked.headers['Location'].removeprefix('/admin')}/file", buffered=True)
    auditor = signed_in("auditor")
    auditor.post("/audit/export", page="/audit", buffered=True)

    page = auditor.get("/exports").text
    audit, taken, answers, picture, table = lines(page)

    assert "导出、下载5次：user-office 4次，user-auditor 1次" in page
    assert [audit[1], audit[2]] == ["user-auditor", "导出操作记录"]
    assert taken[1:3] == ["user-office", "下载做好的文件"]
    assert (answers[3], answers[5]) == ("答卷", "csv")
    assert "宜州区" in answers[4]
    assert waiting[7] == "排队"
    assert re.fullmatch(r"[0-9a-f]{16}", answers[7])
    assert answers[7] == taken[7]
    assert "不到2份不排名次" in table[4]
    assert picture[5] == "svg"
    assert re.fullmatch(r"[0-9a-f]{16}", picture[7])
    assert re.fullmatch(r"[0-9a-f]{16}", table[7])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("round_id")
def test_a_list_says_which_part_of_it_was_taken_and_not_the_words_searched_for(office: Browser) -> None:
    for path in ("/items/export?state=assigned&q=王小明", "/outbox/export", "/items/units/export?kind=unit"):
        office.get(path, buffered=True)

    page = office.get("/exports").text

    assert [line[4] for line in lines(page)] == [
        "只看单位 · 全部来源",
        "所有日子 · 全部单位 · 全部种类 · 全部状态",
        "全部单位 · 待领取 · 找了字词",
    ]
    assert "王小明" not in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_exports_are_narrowed_to_days_and_to_whom(
    office: Browser, signed_in: Callable[[str], Browser], clock: HandClock, parts: Parts, round_id: int
) -> None:
    office.get(f"/rounds/{round_id}/codebook.json", buffered=True)
    clock.advance(days=7)
    office = signed_in("office")
    last_week = periods(clock.now.date())[3]
    office.get(f"/rounds/{round_id}/codebook.xml", buffered=True)

    assert last_week.args == {"since": "2026-11-30", "until": "2026-12-06"}
    assert [line[5] for line in lines(office.get("/exports").text)] == ["xml", "json"]
    assert [line[5] for line in lines(office.get("/exports", query_string=last_week.args).text)] == ["json"]
    assert "这些天没有人导出过什么" in office.get("/exports?since=2020-01-01&until=2020-01-07").text
    assert "这些天没有人导出过什么" in office.get("/exports?who=command").text
    assert "请把两个日期对调" in office.get("/exports?since=2026-12-02&until=2026-12-01").text
    assert office.get("/exports?who=%25%27").status_code == 400
    assert signed_in("county").get("/exports").status_code == 403


@pytest.mark.parametrize(
    ("today", "monday"),
    [("2026-11-22", "2026-11-09"), ("2026-11-23", "2026-11-16"), ("2026-01-01", "2025-12-22")],
)
def test_the_last_week_begins_on_a_monday_and_is_over(today: str, monday: str) -> None:
    assert periods(date.fromisoformat(today))[3].args["since"] == monday
