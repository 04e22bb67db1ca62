"""Feedback reports in the browser: whose one may take, all of them from the worker, and what is noted."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from admin.parts import Parts
from cli.works import task_works
from core.audit.models import AuditEntry
from core.people.models import Staff
from core.tasks.running import run_due
from tests.admin.conftest import Browser
from tests.reports.factories import (
    CHENGGUAN,
    FINANCE,
    NANDAN,
    POLICE,
    QINGYUAN,
    YIZHOU,
    make_response,
    satisfied_with_everything,
)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What differs between databases is tried in tests/feedback."""
    return sqlite_engine


@pytest.fixture
def page(parts: Parts, round_id: int) -> str:
    """The page of a round with a few answers."""
    with parts.writing() as session:
        for place, count in ((QINGYUAN, 12), (CHENGGUAN, 3)):
            for _ in range(count):
                make_response(session, round_id, satisfied_with_everything("s4"), place=place)
    return f"/rounds/{round_id}/feedback"


def test_the_office_takes_any_report_and_that_is_noted(office: Browser, page: str, parts: Parts) -> None:
    listed = office.get(page).text
    taken = office.get(f"{page}/{YIZHOU}?least=5")

    assert "宜州区" in listed
    assert "市财政局" in listed
    assert "不到10份，报告里没有数字" in listed
    assert taken.mimetype == "application/pdf"
    assert taken.data.startswith(b"%PDF")
    with parts.reading() as connection:
        noted = connection.scalars(select(AuditEntry.details).where(AuditEntry.act == "list_exported")).all()
    assert any("宜州区反馈报告" in str(each) for each in noted)


def test_a_county_and_a_unit_take_their_own_alone(
    page: str, parts: Parts, signed_in: Callable[[str], Browser]
) -> None:
    with parts.writing() as session:
        session.execute(update(Staff).where(Staff.role == "county").values(county_code=YIZHOU))
        session.execute(update(Staff).where(Staff.role == "liaison").values(unit_code=FINANCE))

    for role, own, others in (("county", YIZHOU, NANDAN), ("liaison", FINANCE, POLICE)):
        browser = signed_in(role)
        listed = browser.get(page).text
        assert f"{page}/{own}" in listed
        assert others not in listed
        assert "ZIP" not in listed
        assert browser.get(f"{page}/{own}").status_code == 200
        assert browser.get(f"{page}/{others}").status_code == 404
        assert browser.post(page, page="/").status_code == 403


def test_all_of_them_come_from_the_worker_in_one_zip(office: Browser, page: str, parts: Parts) -> None:
    answer = office.post(page, {"least": "5"}, page=page)
    run_due(
        parts.engine, parts.settings.var, task_works(parts.settings, parts.engine, parts.clock), parts.clock
    )

    task = answer.headers["Location"].removeprefix("/admin")
    assert "4份反馈报告做好了" in office.get(task).text
    with office.get(f"{task}/file") as taken, zipfile.ZipFile(io.BytesIO(taken.data)) as archive:
        assert {Path(name).name for name in archive.namelist()} == {
            f"{FINANCE}-市财政局.pdf",
            f"{POLICE}-市公安局.pdf",
            f"{YIZHOU}-宜州区.pdf",
            f"{NANDAN}-南丹县.pdf",
        }
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


@pytest.mark.parametrize("query", ["least=0", "least=x", "least=9999999"])
def test_a_least_number_that_makes_no_sense_is_said(office: Browser, page: str, query: str) -> None:
    assert office.get(f"{page}?{query}").status_code == 400
