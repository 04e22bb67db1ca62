"""The leaders' ballot in the office's screens: how it stands, slips, paper, opening, results."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.audit.models import AuditEntry
from core.ballots.box import seed_from
from core.ballots.cards import cards_of
from core.ballots.models import BallotBox, RosterName
from core.conversation.state import RunState
from core.tasks.models import Task
from tests.admin.conftest import Browser
from tests.ballots.hall import Hall
from tests.ballots.test_opening import casts, opens
from tests.hand_clock import HandClock
from tests.whole.site import exported


@pytest.fixture
def hall(parts: Parts, clock: HandClock) -> Hall:
    """A leaders' round in the office's database."""
    return Hall(parts.engine, parts.settings, clock).seal_box()


def at(hall: Hall, more: str = "") -> str:
    return f"/rounds/{hall.round_id}/ballots{more}"


def test_the_office_makes_the_box_with_the_witnesses_and_nobody_keeps_their_shares(
    parts: Parts, clock: HandClock, office: Browser
) -> None:
    hall = Hall(parts.engine, parts.settings, clock)
    names = ["韦一", "黄二", "覃三", "", ""]

    alone = office.post(at(hall, "/box"), {"name": names, "needed": "1"}, page=at(hall))
    made = office.post(at(hall, "/box"), {"name": names, "needed": "2"}, page=at(hall))

    assert alone.status_code == 409
    assert "一个人不能单独开票" in alone.text
    assert 'value="覃三"' in alone.text
    words = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made.data)).pages)
    shares = re.findall(r"(?:[A-Z0-9]{5}-){6}[A-Z0-9]{3}", words)
    assert len(set(shares)) == 3
    assert made.headers["Cache-Control"] == "no-store"
    with Session(hall.engine) as session:
        box = session.get_one(BallotBox, hall.round_id)
        assert seed_from(box, shares[1:]).public_key == box.public_key
        assert not any(share in box.witnesses for share in shares)
    assert "到齐2位才能开票" in office.get(at(hall)).text


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


def test_a_blank_sheet_has_every_county_in_the_order_of_keying_in_and_no_number(
    hall: Hall, office: Browser, signed_in: Callable[[str], Browser]
) -> None:
    sheet = office.get(at(hall, "/form"))

    (page,) = pypdf.PdfReader(BytesIO(sheet.data)).pages
    words = page.extract_text().replace("\n", "")
    names = [card.name for card in cards_of(hall.script, RunState(channel="paper")) if card.is_judged]
    places = [words.find(name) for name in names]
    assert len(places) == 11
    assert places == sorted(places)
    assert -1 not in places
    assert "1 好　2 较好　3 一般　4 较差　5 差　6 不了解" in words
    assert "回避" in words
    assert hall.script.questionnaire.title in words.replace(" ", "")
    assert office.get(at(hall, "/form")).data == sheet.data
    assert signed_in("auditor").get(at(hall, "/form")).status_code == 403


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_what_came_out_is_taken_away_as_a_table_without_what_is_hidden(
    file_format: str, hall: Hall, office: Browser, tmp_path: Path
) -> None:
    refused = office.post(at(hall, "/export"), {"take": f"figures.{file_format}"}, page=at(hall))
    casts(hall, 12, "g4", economy_at_451202="dk")
    casts(hall, 9, "g1")
    hall.mix()
    hall.close()
    opens(hall, 0, 1)

    taken, comments = (
        office.post(at(hall, "/export"), {"take": f"{what}.{file_format}"}, page=at(hall), buffered=True)
        for what in ("figures", "comments")
    )

    assert refused.status_code == 409
    assert "还没有开票" in refused.text
    (tmp_path / f"taken.{file_format}").write_bytes(taken.data)
    rows = {(row["subject"], row["criterion"]): row for row in exported(tmp_path / f"taken.{file_format}")}
    assert len(rows) == 6 * 11
    # Nine graded it, so it is hidden, and one more: their sum would give it away.
    mine = [rows["451202", criterion] for criterion in ("economy", "rural", "order", "ecology", "style")]
    assert [row["hidden"] for row in mine].count("1") == 2
    assert mine[0]["hidden"] == "1"
    assert not {"n", "mean", "g4", "g1", "dk"} & mine[0].keys()
    assert rows["451203", "economy"]["g1"] == "9"
    assert comments.status_code == 200
    with Session(hall.engine) as session:
        told = session.scalars(select(AuditEntry.details).where(AuditEntry.act == "list_exported")).all()
    assert [name for entry in told for name in ("评价分数", "评价意见") if name in entry] == [
        "评价分数",
        "评价意见",
    ]


def test_the_roster_is_ticked_on_their_own_word_and_the_log_of_acts_does_not_say_who(
    hall: Hall, office: Browser, signed_in: Callable[[str], Browser]
) -> None:
    roster = at(hall, "/roster")

    def loads(words: str) -> Any:
        file = (BytesIO(words.encode()), "名册.csv")
        return office.post(f"{roster}/load", {"file": file}, page=roster)

    assert "还没有名册" in office.get(roster).text
    assert loads("单位\n市财政局\n市教育局\n").status_code == 303
    assert office.post(f"{roster}/mark", {"name": "市财政局", "act": "tick"}, page=roster).status_code == 303
    assert "本人说已参加的1个" in signed_in("auditor").get(roster).text
    assert office.post(f"{roster}/mark", {"name": "谁", "act": "tick"}, page=roster).status_code == 409
    bad = loads("电话\n1\n")
    assert bad.status_code == 400
    assert "没有写入" in bad.text
    assert loads("单位\n市财政局\n市民政局\n").status_code == 303
    assert "本人说已参加的1个" in office.get(roster).text
    office.post(f"{roster}/mark", {"name": "市财政局", "act": "undo"}, page=roster)

    assert "本人说已参加的0个" in office.get(roster).text
    with Session(hall.engine) as session:
        told = " ".join(session.scalars(select(AuditEntry.details).where(AuditEntry.act == "roster_ticked")))
        seen = session.scalars(select(AuditEntry.who_name).where(AuditEntry.act == "name_shown")).all()
        lying = b" ".join(session.scalars(select(RosterName.name)))
    assert lying.count(b"gAAAA") == 2
    assert "市财政局".encode() not in lying
    assert "登记" in told
    assert "市财政局" not in told
    assert "user-auditor" in seen
