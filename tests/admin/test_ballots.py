"""The leaders' ballot in the office's screens: how it stands, slips, paper, opening, results."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.ballots.models import BallotBox
from core.tasks.models import Task
from tests.admin.conftest import Browser
from tests.ballots.hall import Hall
from tests.hand_clock import HandClock


@pytest.fixture
def hall(parts: Parts, clock: HandClock) -> Hall:
    """A leaders' round in the office's database."""
    return Hall(parts.engine, parts.settings, clock).seal_box()


def at(hall: Hall, more: str = "") -> str:
    return f"/rounds/{hall.round_id}/ballots{more}"


def test_the_page_counts_and_shows_no_result_before_opening(hall: Hall, office: Browser) -> None:
    hall.casts_many(12)

    page = office.get(at(hall)).text

    assert "领导评价到哪一步了" in page
    assert "数目相符" in page
    assert "截止以前谁也看不到结果" in page
    assert "平均分" not in page
    assert "投票情况" in office.get("/rounds/").text


def test_only_office_and_auditor_see_it_and_only_the_office_acts(
    hall: Hall, signed_in: Callable[[str], Browser]
) -> None:
    auditor, liaison = signed_in("auditor"), signed_in("liaison")

    assert auditor.get(at(hall)).status_code == 200
    assert auditor.post(at(hall, "/mark"), {"code": "x"}, page="/rounds/").status_code == 403
    assert liaison.get(at(hall)).status_code == 403


def test_slips_are_asked_of_the_worker_and_too_few_are_refused(hall: Hall, office: Browser) -> None:
    few = office.post(at(hall, "/slips"), {"count": "9"}, page=at(hall))
    enough = office.post(at(hall, "/slips"), {"count": "30"}, page=at(hall))

    assert (few.status_code, enough.status_code) == (409, 303)
    assert "10到" in few.text
    with Session(hall.engine) as session:
        task = session.scalars(select(Task)).one()
    assert task.kind == "ballots.slips"


def test_paper_slips_are_marked_and_sheets_keyed_in(hall: Hall, office: Browser) -> None:
    slip = hall.slips(10)[0]

    assert office.post(at(hall, "/mark"), {"code": slip}, page=at(hall)).status_code == 303
    again = office.post(at(hall, "/mark"), {"code": slip}, page=at(hall))
    assert "不能算数" in again.text
    form = at(hall, "/paper")
    wrong = office.post(form, {f"d{n}": "12112" for n in range(10)}, page=form)
    right = office.post(form, {f"d{n}": "12112" for n in range(11)} | {"c3": "路不好"}, page=form)

    assert wrong.status_code == 422
    assert 'value="12112"' in wrong.text
    assert right.status_code == 303
    with Session(hall.engine) as session:
        box = session.get_one(BallotBox, hall.round_id)
        assert (box.paper_marked, box.paper_keyed) == (1, 1)


def test_witnesses_open_it_and_everybody_sees_the_same(
    hall: Hall, office: Browser, signed_in: Callable[[str], Browser]
) -> None:
    hall.casts_many(20)
    hall.mix()
    shares = [share.share for share in hall.shares]
    early = office.post(at(hall, "/open"), {"share": shares[0]}, page=at(hall))
    hall.close()
    alone = office.post(at(hall, "/open"), {"share": shares[0]}, page=at(hall))
    token = office.token(at(hall))
    opened = office.client.post(
        f"/admin{at(hall, '/open')}", data={"csrf_token": token, "share": [shares[0], shares[2]]}
    )

    assert "还没有结束" in early.text
    assert "2位" in alone.text
    assert opened.status_code == 303
    page = signed_in("auditor").get(at(hall)).text
    assert "数目相符" in page
    assert "金城江区" in page
    assert "校验码" in page
    protocol = office.get(at(hall, "/protocol"))
    assert protocol.data.startswith(b"%PDF")


def test_the_first_page_tells_what_the_ballot_wants(hall: Hall, office: Browser) -> None:
    hall.casts_many(20)
    hall.mix()
    hall.casts_many(4, first=40)
    hall.close()
    hall.mix()

    page = office.get("/").text

    assert "可以开票了，请约见证人到场" in page
    assert "剩下4张不到10张，留着不开" in page
