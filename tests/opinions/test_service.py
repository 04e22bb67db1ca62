"""What the office does with opinions, and how each act is taken back."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import SurveyError
from core.opinions import inbox, leaving, service
from core.opinions.inbox import NoSuchOpinion, Wanted
from core.opinions.models import Opinion
from core.opinions.states import Act, State
from core.opinions.striking import Piece
from core.people.reach import EVERYTHING, NOTHING, Reach
from core.responses.models import AnswerRow
from tests.hand_clock import START
from tests.opinions.conftest import Office
from tests.reports.factories import CHENGGUAN, NANDAN, QINGYUAN, YIZHOU

PHONE = "15400012345"


def strike(office: Office, opinion_id: int, *words: str) -> None:
    with Session(office.engine) as session, session.begin():
        pieces = [Piece("other", each) for each in words]
        service.strike(session, office.keys, opinion_id, pieces, office.staff_id, office.clock())


def unstrike(office: Office, opinion_id: int) -> None:
    with Session(office.engine) as session, session.begin():
        service.unstrike(session, office.keys, opinion_id, office.staff_id, office.clock())


def answer_text(office: Office, opinion_id: int) -> str | None:
    """What exports and every other screen read."""
    with office.engine.connect() as connection:
        return connection.scalar(
            select(AnswerRow.text)
            .join(Opinion, Opinion.response_id == AnswerRow.response_id)
            .where(Opinion.id == opinion_id)
        )


def acts(office: Office, opinion_id: int) -> list[tuple[str, Act, str]]:
    with office.engine.connect() as connection:
        return [(done.by, done.act, done.detail) for done in inbox.history(connection, opinion_id)]


# Reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("交通", ["交通不便，公交少"]),
        ("路灯 坏", ["路灯坏了"]),
        ("路灯 公交", []),
        ("100%", ["100%满意"]),
        ("_", []),
        ("听写", ["（语音）听写出来的话"]),
    ],
)
def test_searching_finds_every_word_also_of_two_characters(
    office: Office, search: str, expected: Sequence[str]
) -> None:
    office.says("交通不便，公交少", "路灯坏了", "100%满意")
    [voice] = office.says("", voices=("v1",))
    office.does(service.type_up, voice, "（语音）听写出来的话")

    assert office.lists(search=search) == expected


def test_each_filter_narrows(office: Office) -> None:
    office.says("甲", place=QINGYUAN)
    office.says("乙", place=CHENGGUAN)
    office.says("丙", question="traffic_why", place=QINGYUAN)
    [voice] = office.says("丁", place=CHENGGUAN, voices=("v1",))
    office.does(service.mark, [voice], State.TODO)

    assert office.lists(place_code=YIZHOU) == ["丙", "甲"]
    assert office.lists(place_code=CHENGGUAN) == ["丁", "乙"]
    assert office.lists(dimension="traffic") == ["丙"]
    assert office.lists(question="suggest") == ["丁", "乙", "甲"]
    assert office.lists(has_media=True) == ["丁"]
    assert office.lists(state="todo") == ["丁"]
    assert office.lists(round_id=office.round_id + 1) == []
    assert office.lists(oldest_first=True) == ["甲", "乙", "丙", "丁"]


def test_states_are_counted_whatever_state_is_shown(office: Office) -> None:
    one, two, _ = office.says("甲", "乙", "丙")
    office.does(service.mark, [one, two], State.NOTHING)

    with office.engine.connect() as connection:
        counted = inbox.count_by_state(connection, Wanted(reach=EVERYTHING, state="new"))

    assert {state: count for state, count in counted.items() if count} == {State.NEW: 1, State.NOTHING: 2}


def test_a_county_sees_its_own_and_a_unit_or_nobody_sees_nothing(office: Office) -> None:
    [ours] = office.says("宜州的话", place=QINGYUAN)
    [theirs] = office.says("南丹的话", place=CHENGGUAN)
    yizhou = Reach("county", YIZHOU)

    assert office.lists(yizhou) == ["宜州的话"]
    assert office.lists(yizhou, place_code=NANDAN) == []
    assert office.finds(ours, yizhou).text == "宜州的话"
    with pytest.raises(NoSuchOpinion):
        office.finds(theirs, yizhou)
    for reach in (Reach("unit", "U001"), NOTHING):
        assert office.lists(reach) == []
        with pytest.raises(NoSuchOpinion):
            office.finds(ours, reach)


# Marking -----------------------------------------------------------------------------------------------


def test_a_mark_says_who_changed_what_and_can_be_changed_back(office: Office) -> None:
    [one] = office.says("路灯坏了")

    assert office.does(service.mark, [one], State.TODO) == 1
    assert office.does(service.mark, [one], State.TODO) == 0
    assert office.does(service.mark, [one], State.NEW) == 1

    assert office.finds(one).state == State.NEW
    assert acts(office, one) == [("小韦", Act.MARK, "todo>new"), ("小韦", Act.MARK, "new>todo")]


@pytest.mark.parametrize("chosen", [[], [99], list(range(1, 502))])
def test_a_choice_that_cannot_be_is_refused_and_changes_nothing(office: Office, chosen: list[int]) -> None:
    office.says("路灯坏了")

    with pytest.raises(SurveyError):
        office.does(service.mark, chosen, State.TODO)
    assert [row.state for row in office.rows()] == ["new"]


def test_what_became_an_item_follows_the_item(office: Office) -> None:
    one, two = office.says("甲", "乙")
    office.makes_items(one)

    with pytest.raises(service.HasItem):
        office.does(service.mark, [one], State.DONE)
    with pytest.raises(service.NotByHand):
        office.does(service.mark, [two], State.ITEM)
    assert office.does(service.mark, [one, two], State.DONE) == 1
    assert [row.state for row in office.rows()] == ["item", "done"]


# Merging -----------------------------------------------------------------------------------------------


def test_merged_ones_are_shown_as_one_and_can_be_parted(office: Office) -> None:
    one, two, three = office.says("路灯坏了", "路灯也坏了", "别的事")

    assert office.does(service.merge, [two, one]) == one
    assert office.lists() == ["别的事", "路灯坏了"]
    assert office.finds(one).merged == 1
    assert office.lists(search="也坏") == ["路灯坏了"]

    office.does(service.unmerge, two)
    assert office.lists() == ["别的事", "路灯也坏了", "路灯坏了"]
    assert [act for _, act, _ in acts(office, two)] == [Act.UNMERGE, Act.MERGE]
    assert three not in (one, two)


def test_what_was_merged_before_goes_along(office: Office) -> None:
    one, two, three = office.says("甲", "乙", "丙")
    office.does(service.merge, [two, three])
    office.does(service.merge, [one, two])

    assert office.finds(one).merged == 2
    assert {row.merged_into for row in office.rows()} == {None, one}


def test_they_are_merged_into_the_one_that_is_an_item(office: Office) -> None:
    one, two, three = office.says("甲", "乙", "丙")
    office.makes_items(two, three)

    with pytest.raises(service.HasItem):
        office.does(service.merge, [one, two, three])
    assert office.does(service.merge, [one, two]) == two


def test_one_alone_or_a_merged_one_cannot_be_merged(office: Office) -> None:
    one, two, three = office.says("甲", "乙", "丙")
    with pytest.raises(service.NothingToMerge):
        office.does(service.merge, [one])
    office.does(service.merge, [one, two])

    with pytest.raises(service.MergedElsewhere):
        office.does(service.merge, [two, three])


def test_groups_that_seem_the_same_are_offered_until_merged(office: Office) -> None:
    office.says("没有意见")
    same = office.says("村口的路灯坏了半年", "村口路灯坏了半年", "村口的路灯坏了半年了")

    def offered() -> list[tuple[int, int]]:
        with office.engine.connect() as connection:
            wanted = Wanted(reach=EVERYTHING)
            found = inbox.groups(connection, wanted, 0, 10)
            assert inbox.count_groups(connection, wanted) == len(found)
        return [(group.count, len(group.lines)) for group in found]

    assert offered() == [(3, 3)]
    office.does(service.merge, same[:2])
    assert offered() == [(2, 2)]
    office.does(service.merge, [same[0], same[2]])
    assert offered() == []


# Striking out ------------------------------------------------------------------------------------------


def test_what_is_struck_out_is_so_everywhere_and_lies_encrypted(office: Office) -> None:
    [one] = office.says(f"找张三，{PHONE}")

    strike(office, one, "张三", PHONE)

    assert answer_text(office, one) == office.finds(one).text == "找〔隐去〕，〔隐去〕"
    [row] = office.rows()
    assert PHONE.encode() not in row.original
    assert office.lists(search=PHONE) == []
    assert acts(office, one) == [("小韦", Act.STRIKE, "2")]


def test_a_strike_can_be_taken_back_whole_also_after_a_second_one(office: Office) -> None:
    [one] = office.says(f"找张三，{PHONE}")
    strike(office, one, "张三")
    strike(office, one, PHONE)

    unstrike(office, one)

    assert answer_text(office, one) == f"找张三，{PHONE}"
    assert not office.finds(one).is_struck


def test_after_a_month_the_original_is_destroyed(office: Office) -> None:
    [one] = office.says(f"找我{PHONE}")
    strike(office, one, PHONE)

    assert leaving.tidy(office.engine, office.clock() + leaving.KEEP_ORIGINAL) == 0
    assert leaving.tidy(office.engine, office.clock() + leaving.KEEP_ORIGINAL + timedelta(seconds=1)) == 1

    assert office.rows()[0].original is None
    assert office.finds(one).is_struck
    with pytest.raises(service.OriginalGone):
        unstrike(office, one)
    assert acts(office, one)[0] == ("", Act.DESTROY, "")


def test_words_that_do_not_stand_there_are_refused(office: Office) -> None:
    [one] = office.says("路灯坏了")

    with pytest.raises(service.NothingStruck):
        strike(office, one, "李四")
    with pytest.raises(service.TooMuchToStrike):
        strike(office, one, *(["灯"] * 41))
    assert answer_text(office, one) == "路灯坏了"


def test_a_typed_up_voice_is_struck_too(office: Office) -> None:
    [one] = office.says("", voices=("v1",))
    office.does(service.type_up, one, f"  找我{PHONE} ")
    strike(office, one, PHONE)

    assert office.finds(one).words == "找我〔隐去〕"
    unstrike(office, one)
    assert office.finds(one).words == f"找我{PHONE}"


def test_a_voice_typed_up_at_too_great_a_length_is_refused(office: Office) -> None:
    [one] = office.says("", voices=("v1",))

    with pytest.raises(service.TooLong):
        office.does(service.type_up, one, "长" * 2001)
    office.does(service.type_up, one, "")
    assert acts(office, one) == []
    assert office.finds(one).said_at >= START
