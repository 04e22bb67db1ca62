"""
Somebody who sits down before a loaded year for the first time: five questions, answered from the screens by
following links by their words, at a desk's and a phone's width. The right answers are counted here, from the
tables themselves.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from benchmarks.load_year import MAIN, load
from benchmarks.year import WORST
from core.audit.acts import Act, about
from core.audit.chain import AuditLog, Details, attach
from core.audit.service import record
from core.audit.who import Who
from core.clock import local_day
from core.config import Settings
from core.db.engine import open_engine
from tests.browser.demo_server import PASSWORD, Demo, served_demo
from tests.hand_clock import HandClock

SIZES = {"desk": ViewportSize(width=1280, height=900), "phone": ViewportSize(width=390, height=844)}
RESPONSES, EARLIER = 4_000, 100
DUAN, COUNTY, WORST_WORDS = WORST[0], "都安瑶族自治县", "交通"
TAKEN_ROWS = 1_234
FROM = "FROM response r JOIN round ON round.id = r.round_id AND round.name = :round"
# A response that counts, to the questionnaire that is looked at.
COUNTS = (
    "r.questionnaire_id = 'residents-2021' AND r.status = 'complete'"
    " AND r.is_set_aside = 0 AND r.superseded_by IS NULL"
)
SCORES = "CASE a.codes WHEN 's5' THEN 100 WHEN 's4' THEN 80 WHEN 's3' THEN 60 WHEN 's2' THEN 40 ELSE 0 END"


@dataclass(frozen=True)
class Truth:
    """The right answers, as the screens print them."""

    township: str
    most: int
    score: str
    of_all: str
    below: str
    said: list[str]


@pytest.fixture(scope="module")
def year(_filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Truth]]:
    """A small year, and somebody who took something out last week; served, with what is true of it."""
    folder = tmp_path_factory.mktemp("year")
    shutil.copytree(_filled, folder, dirs_exist_ok=True)
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(folder)})
    engine, now = open_engine(settings.database_url), datetime.now(UTC)
    load(engine, settings, RESPONSES, EARLIER, 0, now)
    monday = now - timedelta(days=local_day(now).weekday() + 7)
    attach(engine, AuditLog.of(settings, HandClock(monday + timedelta(days=2))))
    with Session(engine) as session, session.begin():
        auditor = session.execute(text("SELECT id FROM staff WHERE role = 'auditor'")).scalar_one()
        round_id = session.execute(
            text("SELECT id FROM round WHERE name = :round"), {"round": MAIN}
        ).scalar_one()
        taken: Details = {"格式": "sav", "份数": TAKEN_ROWS, "范围": "宜州区", "原话": False}
        record(session, Act.ANSWERS_EXPORTED, Who.staff(auditor, "审计"), about("round", round_id), taken)
    with engine.connect() as connection:
        truth = true_of(connection)
    engine.dispose()
    with served_demo(folder) as demo:
        yield demo, truth


@pytest.mark.parametrize("size", SIZES)
def test_a_newcomer_finds_five_answers_by_following_words(
    year: tuple[Demo, Truth], browser: Browser, size: str
) -> None:
    demo, true = year
    page = browser.new_context(viewport=SIZES[size], locale="zh-CN", base_url=demo.address).new_page()
    page.goto("/admin/")
    page.get_by_label("账号").fill("办公室")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")

    follow(page, "哪些乡镇答得多、答得少")
    assert f"答卷最多的是{true.township}，{true.most}份。" in read(page)
    assert first_line(page).startswith(true.township)

    follow(page, "今天", "各县（区）得分", COUNTY)
    lowest = f"得分最低的方面是{WORST_WORDS}，{true.score}分，比全市（{true.of_all}分）低{true.below}分。"
    assert lowest in read(page)

    follow(page, f"大家对“{WORST_WORDS}”说了什么")
    assert [said.strip() for said in page.locator(".said").all_inner_texts()] == true.said[:50]
    assert f"共{len(true.said)}条" in read(page)
    assert all(COUNTY in where for where in page.locator(".opinions .sub").all_inner_texts())

    follow(page, "今天", "谁导出过什么", "上周")
    assert "导出、下载1次：审计 1次" in read(page)
    for told in ("审计", "导出答卷", f"{MAIN} · 宜州区", "sav", str(TAKEN_ROWS)):
        assert told in "".join(page.locator("tbody").inner_text().replace("\u2009", "")), told
    page.context.close()


def follow(page: Page, *words: str) -> None:
    """Click one link after the other, each by the words on it, where it is to be seen."""
    for each in words:
        link = page.get_by_role("link", name=each, exact=True).filter(visible=True).first
        expect(link).to_be_visible()
        link.click()


def read(page: Page) -> str:
    """The page's words, numbers without the spaces that part their thousands."""
    return page.locator("main").inner_text().replace("\u2009", "").replace("\u202f", "")


def first_line(page: Page) -> str:
    """The table's first line, as it is read."""
    return page.locator("main tbody tr").first.inner_text()


def true_of(connection: Connection) -> Truth:
    """The right answers, from the tables of raw answers alone."""

    def rows(sql: str, **values: str) -> list[Any]:
        return list(connection.execute(text(sql), {"round": MAIN} | values))

    def means(place: str) -> dict[str, Fraction]:
        found = rows(
            f"SELECT a.question, sum({SCORES}), count(*) {FROM} JOIN answer a ON a.response_id = r.id"
            f" WHERE {COUNTS} AND a.codes IN ('s5', 's4', 's3', 's2', 's1') AND a.item = ''"
            " AND r.place_code LIKE :place GROUP BY a.question",
            place=place,
        )
        return {question: Fraction(total, n) for question, total, n in found}

    (township, most), (_next, less) = rows(
        f"SELECT r.place_code, count(*) AS n {FROM} WHERE {COUNTS} AND length(r.place_code) = 9"
        " GROUP BY r.place_code ORDER BY n DESC LIMIT 2"
    )
    assert most > less, "the year was to have one township with most answers"
    ((county, name),) = rows(
        "SELECT c.short_name, t.short_name FROM place t JOIN place c ON c.code = substr(t.code, 1, 6)"
        " WHERE t.code = :code",
        code=township,
    )
    here, everywhere = means(f"{DUAN}%"), means("%")
    worst = min(here, key=lambda question: here[question])
    assert worst == WORST[1], "planted"
    said = rows(
        f"SELECT a.text {FROM} JOIN answer a ON a.response_id = r.id WHERE a.question = 'traffic_why'"
        " AND a.text IS NOT NULL AND r.place_code LIKE :place AND r.is_set_aside = 0"
        " AND r.superseded_by IS NULL ORDER BY r.id DESC",
        place=f"{DUAN}%",
    )
    return Truth(
        township=county + name,
        most=most,
        score=printed(here[worst]),
        of_all=printed(everywhere[worst]),
        below=printed(everywhere[worst] - here[worst]),
        said=[words for (words,) in said],
    )


def printed(value: Fraction) -> str:
    """Two decimals, halves up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
