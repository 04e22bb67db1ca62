"""The file with all answers: asked for at the form, made by the worker, taken from the task's page."""

import csv
import hashlib
import io
import json
import re
import resource
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from sqlalchemy import func, select, update

from admin.parts import Parts
from core.conversation.state import Answer
from core.exports.answers import export_for_task
from core.exports.wishes import TASK_KIND
from core.people.models import Staff
from core.tasks.models import Task
from core.tasks.running import LEASE, Made, TaskHold, run_due
from tests.admin.conftest import Browser
from tests.hand_clock import HandClock
from tests.reports.factories import (
    FINANCE,
    NANDAN,
    QINGYUAN,
    YIZHOU,
    make_response,
    satisfied_with_everything,
)


def ask(browser: Browser, round_id: int, file_format: str, **given: str) -> Any:
    """Fill in the form."""
    path = f"/rounds/{round_id}/export"
    return browser.post(path, {"file_format": file_format, "questionnaire": ""} | given, page=path)


def work(parts: Parts) -> None:
    """A worker does what waits."""

    def export(hold: TaskHold) -> Made:
        return export_for_task(hold, parts.engine, parts.clock)

    run_due(parts.engine, parts.settings.var, {TASK_KIND: export}, parts.clock)


def download(browser: Browser, parts: Parts, round_id: int, file_format: str, **given: str) -> Any:
    """Ask, let the worker work, and take the file from the task's page."""
    asked = ask(browser, round_id, file_format, **given)
    assert asked.status_code == 303, asked.text
    work(parts)
    return browser.get(f"{asked.headers['Location'].removeprefix('/admin')}/file", buffered=True)


def rows_in(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def two_responses(parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        given = satisfied_with_everything("s5", suggest=Answer(text="=路烂"))
        make_response(session, round_id, given)
        make_response(session, round_id, {"easy": "s4"}, questionnaire="units-2021", unit=FINANCE, place="")


@pytest.mark.usefixtures("two_responses")
def test_a_csv_is_made_by_the_worker_and_taken_from_the_tasks_page(
    office: Browser, parts: Parts, round_id: int
) -> None:
    asked = ask(office, round_id, "csv")
    page = asked.headers["Location"].removeprefix("/admin")
    waiting = office.get(page).text
    work(parts)
    done = office.get(page).text
    answer = office.get(f"{page}/file", buffered=True)

    assert 'http-equiv="refresh"' in waiting
    assert 'http-equiv="refresh"' not in done
    checksum = hashlib.sha256(answer.data).hexdigest()[:16]
    assert checksum in done
    assert "2份" in done
    listed = office.get(f"/rounds/{round_id}/export").text
    assert checksum in listed
    assert "user-office" in listed
    name = quote("2026年年终评议-答卷-20261201-0900.csv")
    assert f"filename*=UTF-8''{name}" in answer.headers["Content-Disposition"]
    rows = rows_in(answer)
    assert [row["questionnaire"] for row in rows] == ["residents-2021", "units-2021"]
    assert rows[0]["suggest"] == "'=路烂"


@pytest.mark.usefixtures("two_responses")
def test_a_workbook_begins_with_summary_and_codebook(office: Browser, parts: Parts, round_id: int) -> None:
    answer = download(office, parts, round_id, "xlsx", questionnaire="residents-2021")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["汇总 residents-2021", "编码表", "答卷"]
    summary = list(book["汇总 residents-2021"].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(summary) if row[0] == "县（区）")
    said = dict(row[:2] for row in summary[: head - 1])
    assert said["调查"] == "2026年年终评议"
    assert "第1版，指纹" in str(said["问卷"])
    assert (*summary[head + 1][:2], *summary[head + 1][3:]) == ("全部", "gov", 100, 100, 1, 1, 0)
    codes = list(book["编码表"].iter_rows(values_only=True))
    assert next(row for row in codes if row[0] == "gov" and row[3] == "dk")[5] == "是"
    data = book["答卷"]
    assert (data.freeze_panes, data.max_row) == ("B2", 2)
    assert data.auto_filter.ref is not None
    book.close()


@pytest.mark.usefixtures("two_responses")
@pytest.mark.parametrize(
    ("given", "questionnaires"),
    [
        ({"place": YIZHOU}, ["residents-2021"]),
        ({"place": NANDAN}, []),
        ({"unit": FINANCE}, ["units-2021"]),
        ({"since": "2026-12-01", "until": "2026-12-01"}, ["residents-2021", "units-2021"]),
        ({"until": "2026-11-30"}, []),
    ],
)
def test_only_a_part_is_exported(
    office: Browser, parts: Parts, round_id: int, given: dict[str, str], questionnaires: list[str]
) -> None:
    rows = rows_in(download(office, parts, round_id, "csv", **given))

    assert [row["questionnaire"] for row in rows] == questionnaires


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"since": "2026-12-05", "until": "2026-12-01"}, "结束日期比开始日期早"),
        ({"since": "昨天"}, ""),
        ({"place": "999999"}, ""),
        ({"unit": "%"}, ""),
        ({"questionnaire": "leaders-2021"}, ""),
        ({"file_format": "exe"}, ""),
    ],
)
def test_what_is_not_offered_is_refused_at_the_form(
    office: Browser, parts: Parts, round_id: int, given: dict[str, str], told: str
) -> None:
    answer = ask(office, round_id, **({"file_format": "csv"} | given))

    assert answer.status_code == 400
    assert told in answer.text
    assert 'class="error"' in answer.text
    with parts.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Task)) == 0


def test_an_address_printed_on_a_summary_opens_the_form_with_the_same_part(
    office: Browser, round_id: int
) -> None:
    asked = f"questionnaire=residents-2021&place={QINGYUAN}&since=2026-12-01&channel=wechat"
    page = office.get(f"/rounds/{round_id}/export?{asked}").text

    assert f'<option selected value="{QINGYUAN}">宜州区庆远镇</option>' in page
    assert '<option selected value="residents-2021">' in page
    assert 'value="2026-12-01"' in page


def _task_page(office: Browser, asked: Any) -> str:
    text: str = office.get(asked.headers["Location"].removeprefix("/admin")).text
    return text


@pytest.mark.usefixtures("two_responses")
def test_a_full_disk_is_one_sentence_and_no_file(office: Browser, parts: Parts, round_id: int) -> None:
    asked = ask(office, round_id, "csv")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with parts.writing() as session:
        said = "长" * 3_000_000
        make_response(session, round_id, satisfied_with_everything("s5", suggest=Answer(text=said)))
    try:
        # More than the database's files need for the task's own rows, less than what was said.
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, hard))
        work(parts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    page = _task_page(office, asked)
    assert "磁盘满了" in page
    assert str(parts.settings.var) not in page
    assert list((parts.settings.var / "made").iterdir()) == []


@pytest.mark.usefixtures("two_responses")
def test_an_account_that_is_gone_meanwhile_gets_nothing(
    office: Browser, parts: Parts, round_id: int, signed_in: Callable[[str], Browser]
) -> None:
    asked = ask(office, round_id, "csv")
    with parts.writing() as session:
        session.execute(update(Staff).where(Staff.name == "user-office").values(disabled_at=parts.clock()))
    work(parts)

    assert "账号已经停用" in _task_page(signed_in("auditor"), asked)


class _Killed(BaseException):
    """The process ends here."""


@pytest.mark.usefixtures("two_responses")
def test_an_export_outlives_a_restart_of_the_worker(
    office: Browser, parts: Parts, round_id: int, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(office, round_id, "csv")

    def killed(*_args: object) -> None:
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr("core.responses.rows._row", killed)
        with pytest.raises(_Killed):
            work(parts)
    assert "下载" not in _task_page(office, asked)
    clock.now += LEASE + timedelta(seconds=1)
    work(parts)

    page = asked.headers["Location"].removeprefix("/admin")
    assert len(rows_in(office.get(f"{page}/file", buffered=True))) == 2


def test_the_codebook_is_there_in_both_formats(office: Browser, round_id: int) -> None:
    as_json = office.get(f"/rounds/{round_id}/codebook.json", buffered=True)
    as_xml = office.get(f"/rounds/{round_id}/codebook.xml", buffered=True)

    assert json.loads(as_json.data)["variables"][0]["name"] == "response_id"
    assert as_xml.data.startswith(b"<?xml")
    assert office.get(f"/rounds/{round_id}/codebook.exe").status_code == 404


@pytest.fixture
def telling(parts: Parts, round_id: int) -> None:
    """A response whose words say who it was."""
    with parts.writing() as session:
        said = "我叫李大山，电话13800138000，路烂"
        make_response(session, round_id, satisfied_with_everything("s5", suggest=Answer(text=said)))


REASON = "信访件核实，要回访这位群众"


@pytest.mark.usefixtures("telling")
def test_numbers_and_names_are_struck_out_of_an_export(office: Browser, parts: Parts, round_id: int) -> None:
    text = download(office, parts, round_id, "csv").data.decode("utf-8-sig")

    assert "13800138000" not in text
    assert "李大山" not in text
    assert "路烂" in text


@pytest.mark.usefixtures("telling")
def test_words_as_they_are_take_a_reason_that_is_written_down(
    office: Browser, parts: Parts, round_id: int, signed_in: Callable[[str], Browser]
) -> None:
    refused = ask(office, round_id, "csv", is_raw="y", reason="要用")
    taken = download(office, parts, round_id, "csv", is_raw="y", reason=REASON)

    assert refused.status_code == 400
    assert "请写明理由" in refused.text
    assert "13800138000" in taken.data.decode("utf-8-sig")
    page = office.get("/audit?what=answers_exported").text
    assert page.count('<td data-label="做了什么">导出答卷</td>') == 1
    assert f"理由：{REASON}" in page
    assert "原话：是" in page
    task = re.search(r"/tasks/\d+/file", office.get(f"/rounds/{round_id}/export").text)
    assert task is not None
    assert signed_in("auditor").get(task.group()).status_code == 409


@pytest.mark.usefixtures("telling")
def test_an_auditor_does_not_get_words_as_they_are(
    signed_in: Callable[[str], Browser], round_id: int
) -> None:
    auditor = signed_in("auditor")

    assert "一字不改" not in auditor.get(f"/rounds/{round_id}/export").text
    assert ask(auditor, round_id, "csv", is_raw="y", reason=REASON).status_code == 400
