"""Making, opening and closing rounds in the browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from admin.parts import Parts
from core.conversation.models import Conversation
from core.rounds.models import Round
from tests.admin.conftest import Browser
from tests.hand_clock import START, HandClock
from tests.reports.factories import make_places, make_response, make_round

GOOD = {
    "name": "2026年终社会评价",
    "residents": "residents-2021",
    "service_users": "units-2021",
    "leaders": "",
    "opens_at": "2026-12-01T08:00",
    "closes_at": "2026-12-31T18:00",
}


def load_questionnaires(parts: Parts) -> None:
    """By way of a draft whose times are long past, so that it stands in nobody's way."""
    with parts.writing() as session:
        make_places(session)
        make_round(session, parts.keys, "草稿", opened=False)


def create(office: Browser, **changes: str) -> Any:
    return office.post("/rounds/new", GOOD | changes, page="/rounds/new")


def rounds(parts: Parts) -> list[Any]:
    with parts.reading() as connection:
        return list(connection.execute(select(Round.__table__).where(Round.name != "草稿")))


def test_without_questionnaires_the_page_says_what_is_missing(office: Browser) -> None:
    assert "系统里还没有问卷" in office.get("/rounds/new").text
    assert "还没有调查" in office.get("/rounds/").text


def test_a_new_round_is_a_draft_and_opening_is_asked_next(office: Browser, parts: Parts) -> None:
    load_questionnaires(parts)

    answer = create(office)

    made = rounds(parts)[0]
    assert answer.headers["Location"] == f"/admin/rounds/{made.id}/open"
    assert made.state == "draft"
    assert made.opens_at == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert made.closes_at == datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
    page = office.get(f"/rounds/{made.id}/open").text
    assert "扫码的人马上就能答" in page
    assert "收到12月31日（周四）18:00为止" in page


def test_every_fault_is_said_at_its_field_and_nothing_is_made(office: Browser, parts: Parts) -> None:
    load_questionnaires(parts)

    for changes, sentence in (
        ({"name": ""}, "请给这次调查起个名称。"),
        ({"name": "长" * 81}, "名称最多80个字。"),
        ({"name": "草稿"}, "已经有叫这个名称的调查了"),
        ({"name": "两\n行"}, "写在一行里"),
        ({"opens_at": ""}, "请填开始时间。"),
        ({"opens_at": "昨天"}, "请填日期和时间"),
        ({"opens_at": "0001-01-01T00:00"}, "年份不对"),
        ({"closes_at": "2026-11-30T00:00"}, "结束时间要晚于开始时间。"),
        ({"opens_at": "2020-01-01T00:00", "closes_at": "2020-02-01T00:00"}, "结束时间已经过了。"),
        ({"residents": "", "service_users": ""}, "至少选一份问卷。"),
        ({"residents": "units-2021"}, "不是有效的选择"),
        ({"residents": "nothing"}, "不是有效的选择"),
    ):
        answer = create(office, **changes)
        assert answer.status_code == 400, changes
        assert sentence in answer.text, (changes, answer.text)
    assert rounds(parts) == []


def test_what_was_filled_in_stays_in_the_form(office: Browser, parts: Parts) -> None:
    load_questionnaires(parts)

    page = create(office, name="<b>年终</b>", closes_at="").text

    assert 'value="&lt;b&gt;年终&lt;/b&gt;"' in page
    assert 'value="2026-12-01T08:00"' in page


def test_opening_is_done_once_and_told(office: Browser, parts: Parts) -> None:
    load_questionnaires(parts)
    create(office)
    made = rounds(parts)[0]
    ask = f"/rounds/{made.id}/open"

    assert office.post(ask, page=ask).status_code == 303

    assert rounds(parts)[0].state == "open"
    assert "正在作答" in office.get("/rounds/").text
    again = office.post(ask, page="/rounds/")
    assert again.status_code == 409
    assert "已经开放" in again.text


def test_two_rounds_for_one_audience_are_refused_with_the_reason(
    office: Browser, parts: Parts, round_id: int
) -> None:
    create(office)
    made = next(each for each in rounds(parts) if each.id != round_id)
    ask = f"/rounds/{made.id}/open"

    answer = office.post(ask, page=ask)

    assert answer.status_code == 409
    assert "请先关闭它，或错开时间" in answer.text
    assert next(each for each in rounds(parts) if each.id == made.id).state == "draft"


def test_closing_names_how_many_are_concerned(office: Browser, parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        make_response(session, round_id)
        make_response(session, round_id, status="break_off")
        session.add(Conversation(person="p", state="{}", round_id=round_id, updated_at=START))
    ask = f"/rounds/{round_id}/close"

    page = office.get(ask).text
    assert "已经完整交上的1份保留" in page
    assert "正在作答的1人不能再答" in page

    assert office.post(ask, page=ask).status_code == 303
    assert rounds(parts)[0].state == "closed"
    assert office.post(ask, page="/rounds/").status_code == 409
    assert "用不着关闭" in office.get(ask).text


def test_a_round_nobody_knows_is_not_found(office: Browser, parts: Parts) -> None:
    load_questionnaires(parts)

    for path in ("/rounds/99/open", "/rounds/99/close", "/rounds/99/answers"):
        assert office.get(path).status_code == 404, path
    assert office.post("/rounds/99/open", page="/rounds/new").status_code == 404


def test_the_first_page_tells_what_wants_doing(
    office: Browser, parts: Parts, round_id: int, clock: HandClock
) -> None:
    with parts.writing() as session:
        make_response(session, round_id, finished_at=START - timedelta(days=1))
        make_response(session, round_id, finished_at=START)

    page = office.get("/").text
    assert "没有等着办的事" in page
    assert "2<small>份" in page
    assert "1<small>份" in page

    clock.advance(days=29)
    office.sign_in("user-office")
    assert "快要结束了" in office.get("/").text
    clock.advance(days=2)
    office.sign_in("user-office")
    assert "的时间到了，请关闭它" in office.get("/").text


def test_a_round_is_counted_nowhere_before_it_was_opened(office: Browser, parts: Parts) -> None:
    load_questionnaires(parts)
    with parts.reading() as connection:
        draft = connection.scalar(select(Round.id))
        assert connection.scalar(select(func.count()).select_from(Round)) == 1

    answer = office.get(f"/rounds/{draft}/answers")

    assert answer.status_code == 404
    assert "还没有开放过" in answer.text
