"""办好了吗: residents of the township are asked once, when nothing else is asked of them, and counted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from core.conversation.prompts import AskPrompt, Choose, ConsentPrompt, Finished, Kept, VoteNoted
from core.opinions import asking
from core.opinions.asking import Asked, Question, ask_residents, asked_about, stop_asking
from core.opinions.models import ClosingVote
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.rectification.authors import Author
from core.rectification.details import Details, Facts
from core.rectification.service import add_item, do
from core.rectification.words import Act
from tests.turns.town import DONGJIANG_BUS, PROSECUTORS, QINGYUAN, Reply, Town

WORDS = "庆远镇老街的路灯"
UNIT = "U031"


@pytest.fixture
def number(town: Town) -> int:
    """An item for which closing was applied for, and residents of 庆远镇 are asked about it."""
    return _asked_item(town)


def _asked_item(town: Town, **given: object) -> int:
    now = town.clock()
    with Session(town.engine) as session, session.begin():
        staff = session.scalar(select(Staff)) or Staff(
            name="办公室", role="office", password_hash="x", created_at=now
        )
        session.add(staff)
        session.flush()
        office, liaison = Author.staff(staff.id, Role.OFFICE, EVERYTHING), Author.liaison(7, UNIT)
        facts = Facts(
            text=WORDS,
            category="交通",
            source="2026年度",
            lead_code=UNIT,
            first_deadline=date(2027, 1, 30),
        )
        made = add_item(session, facts, office, now).number
        for act in (Act.CLAIM, Act.MEASURES, Act.APPLY):
            do(session, made, act, liaison, now, Details(text="修好了"))
        question = Question(**({"place_code": QINGYUAN.code, "words": WORDS} | given))  # type: ignore[arg-type]
        ask_residents(session, town.keys, made, question, staff.id, now)
    return made


def result(town: Town, number: int) -> Asked:
    with town.engine.connect() as connection:
        return asked_about(connection, number, town.clock())[0]


def resident(town: Town, who: str, scene: object = QINGYUAN) -> None:
    """Somebody who answered by this code; the turn that thanks them may ask already."""
    town.answers_all(who, scene)  # type: ignore[arg-type]


def is_asked(reply: Reply) -> bool:
    return bool(reply) and isinstance(reply[-1], Choose) and reply[-1].kind == "is_fixed"


def test_a_resident_is_asked_after_the_questionnaire_and_never_in_it(town: Town, number: int) -> None:
    first = town.scans("villager")
    assert isinstance(first[-1], ConsentPrompt)

    ending = town.goes_on("villager", first)

    assert ending.kinds == [Finished, Choose]
    assert ending[-1].title == WORDS
    assert [choice.label for choice in ending[-1].choices] == ["办好了", "没办好"]


def test_answers_are_counted_once_a_person_and_the_last_one_counts(town: Town, number: int) -> None:
    for who, words in (("甲", "1"), ("乙", "没办好"), ("丙", "2")):
        resident(town, who)
        assert VoteNoted() in town.says(who, words)
    assert (result(town, number).yes, result(town, number).no) == (1, 2)

    with town.engine.connect() as connection:
        voters = connection.scalars(select(ClosingVote.voter)).all()
    assert len(set(voters)) == 3


def test_tapping_again_changes_the_answer_and_counts_no_second(town: Town, number: int) -> None:
    ending = town.goes_on("villager", town.scans("villager"))
    town.taps("villager", ending, "办好了")
    town.taps("villager", ending, "没办好")
    town.taps("villager", ending, "没办好")

    assert (result(town, number).yes, result(town, number).no) == (0, 1)


def test_each_is_asked_once_and_whoever_says_something_else_is_answered_as_ever(
    town: Town, number: int
) -> None:
    assert is_asked(town.goes_on("villager", town.scans("villager")))

    reply = town.says("villager", "谢谢")

    assert isinstance(reply[-1], Choose)
    assert reply[-1].kind == "answer_anew"
    assert not is_asked(town.says("villager", "2"))
    assert not is_asked(town.scans("villager"))


def test_who_answered_before_is_asked_when_they_next_write_and_then_what_they_came_for(town: Town) -> None:
    resident(town, "villager")
    number = _asked_item(town)

    assert is_asked(town.says("villager", "你好"))
    after = town.says("villager", "1")

    assert isinstance(after[0], VoteNoted)
    assert after[-1].kind == "answer_anew"
    assert Kept in town.says("villager", "2").kinds
    assert result(town, number).yes == 1


@pytest.mark.parametrize("who", ["neighbour", "visitor", "left", "quit"])
def test_nobody_else_is_asked(town: Town, who: str) -> None:
    if who == "neighbour":
        resident(town, who, DONGJIANG_BUS)
    elif who == "visitor":
        resident(town, who, PROSECUTORS)
    else:
        resident(town, who)
    if who == "quit":
        town.says(who, "退出", "2")
    if who == "left":
        town.leaves(who)
    _asked_item(town)

    assert not is_asked(town.says(who, "帮助"))


def test_when_asking_is_stopped_or_over_nobody_is_asked_and_a_late_tap_is_told(town: Town) -> None:
    number = _asked_item(town)
    ending = town.goes_on("villager", town.scans("villager"))
    with Session(town.engine) as session, session.begin():
        stop_asking(session, number, result(town, number).id, town.clock())

    assert VoteNoted(is_over=True) in town.taps("villager", ending, "办好了")
    assert not is_asked(town.goes_on("other", town.scans("other")))
    assert result(town, number).answered == 0


def test_after_its_days_it_is_over_by_itself(town: Town, number: int) -> None:
    town.clock.advance(days=15)

    assert not is_asked(town.goes_on("villager", town.scans("villager")))
    assert not result(town, number).is_on


def test_an_old_link_is_never_taken_for_another_question(town: Town) -> None:
    first = _asked_item(town)
    ending = town.goes_on("villager", town.scans("villager"))
    town.taps("villager", ending, "办好了")
    with Session(town.engine) as session, session.begin():
        stop_asking(session, first, result(town, first).id, town.clock())
    second = _asked_item(town)
    assert is_asked(town.says("villager", "你好"))

    assert VoteNoted(is_over=True) in town.taps("villager", ending, "没办好")
    assert result(town, second).answered == 0


def test_reopening_is_proposed_at_the_number_and_share_that_were_set(town: Town) -> None:
    number = _asked_item(town, least_no=2, least_share=0.5)
    proposed = []
    for who, words in (("甲", "2"), ("乙", "1"), ("丙", "1"), ("丁", "2"), ("戊", "1")):
        resident(town, who)
        town.says(who, words)
        proposed.append(result(town, number).proposes_reopening)

    assert proposed == [False, False, False, True, False]


def test_deleting_ones_data_cuts_the_answer_loose_and_leaves_the_count(town: Town, number: int) -> None:
    resident(town, "villager")
    town.says("villager", "2")
    with town.engine.connect() as connection:
        before = connection.scalars(select(ClosingVote.voter)).all()
    town.says("villager", "删除我的数据", "1")

    with town.engine.connect() as connection:
        after = connection.scalars(select(ClosingVote.voter)).all()
    assert len(after) == 1
    assert after != before
    assert result(town, number).no == 1


def test_a_turn_of_somebody_nobody_asks_costs_no_statement_more(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    without = _statements(sqlite_town)
    _asked_item(sqlite_town)
    sqlite_town.says("villager", "1")  # the world is loaded anew

    assert _statements(sqlite_town) == without


def _statements(town: Town) -> int:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    engine: Engine = town.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert isinstance(town.says("villager", "1")[-1], AskPrompt)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"words": " "}, "一句话"),
        ({"words": "长" * 61}, "最多60个字"),
        ({"place_code": "451200"}, "请选"),
        ({"place_code": "999"}, "请选"),
        ({"days": 0}, "天"),
        ({"least_no": 0}, "至少1人"),
        ({"least_share": 1.5}, "比例"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    sqlite_town: Town, given: dict[str, object], why: str
) -> None:
    with pytest.raises(asking.CannotAsk, match=why):
        _asked_item(sqlite_town, **given)


def test_one_asking_at_a_time_and_only_once_closing_was_applied_for(sqlite_town: Town) -> None:
    number = _asked_item(sqlite_town)
    question = Question(place_code=QINGYUAN.code, words=WORDS)
    with Session(sqlite_town.engine) as session:
        with pytest.raises(asking.CannotAsk, match="正在问"):
            ask_residents(session, sqlite_town.keys, number, question, 1, sqlite_town.clock())
        with pytest.raises(asking.CannotAsk, match="申请销号"):
            ask_residents(session, sqlite_town.keys, number + 1, question, 1, sqlite_town.clock())
        with pytest.raises(asking.NoSuchAsk):
            stop_asking(session, number, 99, sqlite_town.clock())
        later = sqlite_town.clock() + timedelta(days=15)
        assert ask_residents(session, sqlite_town.keys, number, question, 1, later)
