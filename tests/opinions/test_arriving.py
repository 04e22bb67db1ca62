"""What is said reaches the inbox once, and leaves it when it is deleted or said anew."""

import random
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.conversation.records import Erase
from core.conversation.state import Answer
from core.conversation.world import World
from core.exports import wishes as exports
from core.feedback import report as feedback
from core.opinions import inbox, leaving, service
from core.opinions.book import FILES_STAY, FILES_WITH_WORDS, OpinionBook
from core.opinions.inbox import Wanted
from core.opinions.models import Opinion, OpinionAct
from core.opinions.states import State
from core.opinions.striking import Piece
from core.people.reach import EVERYTHING
from core.responses.models import AnswerRow, Response
from core.responses.recording import Recorder
from core.tasks.models import Task
from core.tasks.service import ask_task
from tests.hand_clock import START
from tests.opinions.conftest import Office
from tests.reports.factories import CHENGGUAN, FINANCE, POLICE, QINGYUAN, make_response


def test_words_voices_and_words_with_other_arrive_with_where_they_were_said(office: Office) -> None:
    office.hears("路灯坏了半年。")
    office.hears("", voices=("v1",), place=CHENGGUAN)
    office.hears("班车太少", question="traffic_why")

    assert office.looks() == 3

    rows = office.rows()
    assert [(row.question, row.place_code, row.has_media) for row in rows] == [
        ("suggest", QINGYUAN, False),
        ("suggest", CHENGGUAN, True),
        ("traffic_why", QINGYUAN, False),
    ]
    assert [row.dimension for row in rows] == ["", "", "traffic"]
    assert {row.state for row in rows} == {State.NEW}


def test_looking_again_brings_nothing_twice(office: Office) -> None:
    office.hears("路灯坏了。")

    assert office.looks(timedelta(minutes=1)) == 1  # its neighbours may still be on their way
    assert office.looks(timedelta(minutes=1)) == 0
    assert office.looks(timedelta(hours=1)) == 0  # the mark has passed it
    assert office.looks(timedelta(hours=1)) == 0
    assert len(office.rows()) == 1


def test_an_answer_that_is_stored_late_among_others_is_not_missed(office: Office) -> None:
    office.hears("先存的")
    office.looks(timedelta(minutes=1))
    with Session(office.engine) as session, session.begin():
        # Its number was made before, its transaction ended after.
        make_response(session, office.round_id, {"suggest": Answer(text="后存的")}, finished_at=START)

    assert office.looks(timedelta(minutes=2)) == 1
    assert set(office.lists()) == {"先存的", "后存的"}


def test_answers_without_words_and_personal_ones_never_enter(office: Office) -> None:
    with Session(office.engine) as session, session.begin():
        make_response(
            session, office.round_id, {"gov": "s5", "identity": Answer(codes=("other",), text="村支书")}
        )

    assert office.looks() == 0


def test_leaders_judgements_never_enter(office: Office) -> None:
    office.hears("这个县最差", question="comment", questionnaire="leaders-2021")

    assert office.looks() == 0


def test_what_was_said_about_a_unit_is_the_units(office: Office) -> None:
    office.hears("排队太久", questionnaire="units-2021", place="", unit=POLICE)
    office.looks()

    assert office.lists(unit_code=POLICE) == ["排队太久"]
    assert office.lists(unit_code=FINANCE) == []


def test_an_answer_given_anew_takes_the_place_of_the_old(office: Office) -> None:
    earlier = office.hears("原来的话")
    office.looks()
    later = office.hears("后来的话")
    office.supersede(earlier, later)
    office.looks()

    assert office.lists() == ["后来的话"]
    assert office.lists(with_gone=True) == ["后来的话", "原来的话"]


def test_an_answer_superseded_before_anybody_looked_does_not_enter(office: Office) -> None:
    earlier = office.hears("原来的话")
    office.supersede(earlier, office.hears("后来的话"))

    assert office.looks() == 1


def _erase(office: Office, response_id: int) -> None:
    book = OpinionBook(Recorder(office.keys.wrap), office.keys)
    with office.engine.begin() as connection:
        account = connection.scalar(select(Response.account_hash).where(Response.id == response_id))
        world = World(office.catalog(connection))
        book.record(connection, world, [Erase((account,))], "person", START)


def test_deleted_data_leaves_at_once_with_all_that_was_noted(office: Office) -> None:
    kept, erased = office.hears("别人的话"), office.hears("我的电话13800138000")
    office.looks()
    mine = next(row.id for row in office.rows() if row.response_id == erased)
    office.does(service.mark, [mine], State.TODO)
    with Session(office.engine) as session, session.begin():
        pieces = [Piece("phone", "13800138000")]
        service.strike(session, office.keys, mine, pieces, office.staff_id, START)

    _erase(office, erased)

    assert [row.response_id for row in office.rows()] == [kept]
    with office.engine.connect() as connection:
        assert connection.scalars(select(OpinionAct.id)).all() == []
    assert office.looks() == 0


def test_files_made_before_do_not_outlast_who_wants_to_be_out_of_them(office: Office) -> None:
    erased = office.hears("我家门口的路灯坏了")
    soon, later = START + timedelta(hours=1), START + timedelta(days=7)
    kinds = (*FILES_WITH_WORDS, "codes.posters", *FILES_WITH_WORDS)
    with Session(office.engine) as session, session.begin():
        for number, kind in enumerate(kinds):
            task = ask_task(session, kind, "一个文件", {}, None, START)
            task.state, task.file_path = "done", f"made/{number}.csv"
            task.expires_at = later if number < 3 else soon

    _erase(office, erased)

    with office.engine.connect() as connection:
        ends = connection.scalars(select(Task.expires_at).order_by(Task.id)).all()
    assert ends == [START + FILES_STAY, START + FILES_STAY, later, soon, soon]
    assert set(FILES_WITH_WORDS) == {exports.TASK_KIND, feedback.TASK_KIND}


def test_of_an_item_that_was_made_only_the_place_stays(office: Office) -> None:
    erased = office.hears("我家门口的路灯坏了")
    office.looks()
    office.makes_items(office.rows()[0].id)
    with office.engine.begin() as connection:
        connection.execute(update(Opinion).values(typed="听写", original=b"sealed"))

    _erase(office, erased)

    [row] = office.rows()
    assert (row.gone, row.typed, row.original, row.place_code) == ("erased", None, None, QINGYUAN)
    assert office.lists() == []


def test_what_slipped_in_while_it_was_deleted_goes_at_night(office: Office) -> None:
    [one, other] = office.says("甲的话", "乙的话")
    with office.engine.begin() as connection:
        response_id = connection.scalar(select(Opinion.response_id).where(Opinion.id == one))
        connection.execute(
            update(AnswerRow).where(AnswerRow.response_id == response_id).values(text=None, media=None)
        )

    # Until then it is counted (the count reads the inbox alone), and shown to nobody.
    with office.engine.connect() as connection:
        lines = inbox.list_opinions(connection, Wanted(reach=EVERYTHING), 0, 50)
    assert [line.words for line in lines] == ["乙的话"]
    assert leaving.tidy(office.engine, START) == 1
    assert [row.id for row in office.rows()] == [other]
    assert office.lists() == ["乙的话"]


def test_whatever_happens_in_between_the_inbox_is_what_stands(office: Office) -> None:
    chance = random.Random(20261122)
    standing: dict[int, str] = {}
    for number in range(60):
        act = chance.random()
        if act < 0.6 or not standing:
            standing[office.hears(f"第{number}个人的话")] = f"第{number}个人的话"
        elif act < 0.75:
            earlier = chance.choice(list(standing))
            later = office.hears(f"第{number}个人改的话")
            office.supersede(earlier, later)
            del standing[earlier]
            standing[later] = f"第{number}个人改的话"
        elif act < 0.85:
            gone = chance.choice(list(standing))
            _erase(office, gone)
            del standing[gone]
        else:
            office.looks(timedelta(minutes=chance.choice((1, 5, 6, 60))))
    office.looks()

    with office.engine.connect() as connection:
        found = connection.execute(
            select(Opinion.response_id, AnswerRow.text)
            .join(AnswerRow, AnswerRow.response_id == Opinion.response_id)
            .where(Opinion.gone == "")
        ).all()
    assert dict(map(tuple, found)) == standing
    assert len(found) == len(standing)
