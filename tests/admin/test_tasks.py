"""Long work on its page: progress, file, stopping; and nobody else's."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from admin.parts import Parts
from core.people.models import Staff
from core.tasks.running import Made, TaskHold, run_due
from core.tasks.service import ask_task
from tests.admin.conftest import Browser
from tests.hand_clock import HandClock


@pytest.fixture
def ask(parts: Parts) -> Callable[[str], int]:
    """Asks for work as the account of this role; the task's number."""

    def asked_by(role: str) -> int:
        with parts.writing() as session:
            staff = session.scalars(select(Staff).where(Staff.role == role)).one()
            return ask_task(session, "test.write", "写一个文件", {}, staff.id, parts.clock()).id

    return asked_by


def write(hold: TaskHold) -> Made:
    hold.expect(3, done=1)
    hold.step(2)
    path = hold.path_for("txt")
    path.write_text("内容")
    return Made("写好了。", path, "结果.txt", rows=3)


def work(parts: Parts) -> None:
    run_due(parts.engine, parts.settings.var, {"test.write": write}, parts.clock)


def test_a_task_refreshes_itself_until_it_is_done_and_then_gives_its_file(
    parts: Parts, office: Browser, ask: Callable[[str], int]
) -> None:
    task_id = ask("office")

    waiting = office.get(f"/tasks/{task_id}").text
    assert 'http-equiv="refresh"' in waiting
    assert "排队" in waiting

    work(parts)
    done = office.get(f"/tasks/{task_id}").text
    assert 'http-equiv="refresh"' not in done
    assert "3 / 3" in done
    taken = office.get(f"/tasks/{task_id}/file", buffered=True)
    assert taken.data.decode() == "内容"
    assert "attachment" in taken.headers["Content-Disposition"]
    assert taken.headers["Cache-Control"] == "no-store"
    assert "写一个文件" in office.get("/tasks/").text


def test_a_page_left_open_does_not_keep_anybody_signed_in(
    office: Browser, ask: Callable[[str], int], clock: HandClock
) -> None:
    task_id = ask("office")
    found = re.search(r'content="2; url=/admin([^"]+)"', office.get(f"/tasks/{task_id}").text)
    assert found
    again = found.group(1)

    clock.advance(minutes=20)
    assert office.get(again).status_code == 200
    clock.advance(minutes=11)

    assert office.get(again).status_code == 303


def test_a_file_whose_time_is_up_says_so(
    parts: Parts, office: Browser, ask: Callable[[str], int], clock: HandClock
) -> None:
    task_id = ask("office")
    work(parts)
    next((parts.settings.var / "made").iterdir()).unlink()

    answer = office.get(f"/tasks/{task_id}/file")

    assert answer.status_code == 404
    assert "再生成一次" in answer.text or "重新生成一次" in answer.text


def test_a_task_can_be_stopped_by_the_office_and_not_by_an_auditor(
    signed_in: Callable[[str], Browser], ask: Callable[[str], int]
) -> None:
    task_id = ask("office")
    auditor, office = signed_in("auditor"), signed_in("office")

    assert "停下" not in auditor.get(f"/tasks/{task_id}").text
    assert auditor.post(f"/tasks/{task_id}/stop", page="/").status_code == 404
    assert office.post(f"/tasks/{task_id}/stop", page="/").status_code == 303
    assert "已停下" in office.get(f"/tasks/{task_id}").text
    assert office.post(f"/tasks/{task_id}/stop", page="/").status_code == 409


def test_a_liaison_sees_only_what_they_asked_for(
    signed_in: Callable[[str], Browser], ask: Callable[[str], int]
) -> None:
    own, others = ask("liaison"), ask("office")
    liaison = signed_in("liaison")

    assert liaison.get(f"/tasks/{own}").status_code == 200
    assert liaison.get(f"/tasks/{others}").status_code == 404
    assert liaison.get(f"/tasks/{others}/file").status_code == 404
    assert signed_in("auditor").get(f"/tasks/{others}").status_code == 200
