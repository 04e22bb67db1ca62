"""A round closes, or nobody comes back, while somebody is in the middle of a questionnaire."""

from datetime import timedelta

from core.conversation.prompts import (
    AlreadyClosed,
    AskPrompt,
    Choose,
    ChoosePlace,
    ConsentPrompt,
    HelpText,
    NotYetOpen,
    Resumed,
)
from tests.turns.town import PROSECUTORS, QINGYUAN, RESIDENTS, UNITS, YEAR, Town, shipped


def test_when_the_round_closes_mid_run_the_person_is_told_and_the_answers_are_kept(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "1", "2")
    town.close()

    told = town.says("villager", "3")

    (response,) = town.responses()
    assert told.kinds == [AlreadyClosed]
    assert told[0].words == "这次调查已经结束，谢谢您关心。"
    assert (response.status, response.last_question) == ("break_off", "security")
    assert {key: row.codes for key, row in town.answers(response).items()} == {
        "home": QINGYUAN.code,
        "gov": "s5",
        "cadre": "s4",
    }


def test_a_tap_or_a_scan_after_the_close_is_told_the_same(sqlite_town: Town) -> None:
    question = sqlite_town.begins("tapper")
    sqlite_town.begins("scanner")
    sqlite_town.close()

    assert sqlite_town.taps("tapper", question, "满意").kinds == [AlreadyClosed]
    assert sqlite_town.scans("scanner").kinds == [AlreadyClosed]
    assert sqlite_town.statuses() == ["break_off", "break_off"]


def test_nothing_is_written_where_consent_was_not_given_before_the_close(town: Town) -> None:
    consent = town.scans("villager")
    town.close()

    assert town.taps("villager", consent, "我愿意参加").kinds == [AlreadyClosed]
    assert town.responses() == []


def test_what_waits_is_broken_off_with_its_round(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.taps("villager", sqlite_town.scans("villager", PROSECUTORS), "去答新的")
    sqlite_town.says("villager", "我愿意评价", "1")
    sqlite_town.close()

    assert sqlite_town.says("villager", "1").kinds == [AlreadyClosed]
    assert sorted(row.questionnaire_id for row in sqlite_town.responses(status="break_off")) == [
        RESIDENTS,
        UNITS,
    ]


def test_when_only_the_current_ones_round_closes_the_waiting_one_is_gone_on_with(bare_town: Town) -> None:
    for name in (RESIDENTS, UNITS):
        bare_town.load(name, shipped(name))
        bare_town.open(name, name)
    bare_town.begins("villager")
    bare_town.taps("villager", bare_town.scans("villager", PROSECUTORS), "去答新的")
    bare_town.says("villager", "我愿意评价", "1")
    bare_town.close(UNITS)

    told = bare_town.says("villager", "1")

    assert told.kinds == [AlreadyClosed, Resumed, AskPrompt]
    assert told[-1].key == "gov"


def test_when_the_next_round_is_open_the_same_code_leads_there(bare_town: Town) -> None:
    for name in (RESIDENTS, UNITS):
        bare_town.load(name, shipped(name))
    bare_town.open("今年", RESIDENTS, UNITS, lasts=timedelta(days=10))
    bare_town.open("明年", RESIDENTS, UNITS, opens_in=timedelta(days=9), lasts=YEAR)
    bare_town.begins("villager")
    bare_town.begins("visitor", PROSECUTORS)
    bare_town.clock.advance(days=10)

    told = bare_town.says("villager", "1")
    bare_town.goes_on("villager", told)

    assert told.kinds == [AlreadyClosed, ConsentPrompt]
    broken_off, complete = bare_town.responses()
    assert (broken_off.round_id, complete.round_id) == (1, 2)
    assert complete.code == QINGYUAN.raw
    assert broken_off.account_hash != complete.account_hash
    about_unit = bare_town.says("visitor", "1")
    assert about_unit.kinds == [AlreadyClosed, ConsentPrompt]
    assert "检察院" in about_unit[-1].title


def test_when_the_next_round_opens_later_the_day_is_told(bare_town: Town) -> None:
    bare_town.load(RESIDENTS, shipped(RESIDENTS))
    bare_town.open("今年", RESIDENTS, lasts=timedelta(days=10))
    bare_town.open("明年", RESIDENTS, opens_in=timedelta(days=20))
    bare_town.begins("villager")
    bare_town.clock.advance(days=10)

    assert bare_town.says("villager", "1").kinds == [AlreadyClosed, NotYetOpen]


def test_a_command_word_acts_even_when_the_round_is_over(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.begins("another")
    sqlite_town.close()

    assert sqlite_town.says("villager", "帮助").kinds == [AlreadyClosed, HelpText]
    assert sqlite_town.says("another", "删除我的数据").kinds == [AlreadyClosed, Choose]


def test_the_desks_question_lapses_with_the_run_it_was_about(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "重来")
    sqlite_town.close()

    assert sqlite_town.says("villager", "1").kinds == [AlreadyClosed]
    assert Choose not in sqlite_town.says("villager", "1").kinds


# Thirty days -------------------------------------------------------------------------------------------


def test_a_run_nobody_touched_for_thirty_days_is_broken_off_and_begun_anew(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "5")
    town.clock.advance(days=30)

    again = town.says("villager", "你好")
    town.goes_on("villager", again)

    assert again.kinds == [ConsentPrompt]
    assert town.statuses() == ["break_off", "complete"]


def test_a_units_run_is_begun_anew_about_the_same_unit(sqlite_town: Town) -> None:
    sqlite_town.begins("visitor", PROSECUTORS)
    sqlite_town.clock.advance(days=30)

    (consent,) = sqlite_town.says("visitor", "你好")

    assert isinstance(consent, ConsentPrompt)
    assert "检察院" in consent.title


def test_a_day_before_that_they_go_on_where_they_were(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "1")
    sqlite_town.clock.advance(days=29, hours=23)

    assert sqlite_town.says("villager", "1")[-1].key == "security"
    assert sqlite_town.responses() == []


def test_words_that_asked_for_something_are_acted_on_after_thirty_days_too(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.clock.advance(days=40)

    assert sqlite_town.says("villager", "删除我的数据").kinds == [Choose]


def test_consent_that_lay_idle_leaves_no_row(sqlite_town: Town) -> None:
    sqlite_town.scans("villager")
    sqlite_town.clock.advance(days=40)

    assert sqlite_town.says("villager", "我愿意参加").kinds == [ConsentPrompt]
    assert sqlite_town.responses() == []


def test_a_place_list_that_lay_idle_is_shown_again(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    sqlite_town.clock.advance(days=40)

    assert sqlite_town.says("villager", "在吗").kinds == [ChoosePlace]


def test_answers_are_taken_until_the_last_second(sqlite_town: Town) -> None:
    (entry,) = sqlite_town.world().catalog.rounds
    sqlite_town.clock.now = entry.closes_at - timedelta(seconds=5)
    sqlite_town.begins("villager")

    assert sqlite_town.says("villager", "1").kinds == [AskPrompt]
    assert sqlite_town.says("villager", "1").kinds == [AlreadyClosed]
