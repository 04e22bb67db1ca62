"""What the conversation decided, as it is stored."""

from core.conversation.inputs import Photo
from core.conversation.models import Conversation
from core.responses.ids import public_id
from core.responses.models import AnswerRow
from tests.turns.town import PROSECUTORS, QINGYUAN, Town


def test_each_kind_of_answer_has_its_column(town: Town) -> None:
    town.begins("villager")
    reply = town.says("villager", "5", "1 5 没有人管")
    while reply[-1].key != "suggest":
        reply = town.says("villager", "1")
    town.says("villager", "路灯坏了")
    town.speaks("villager", "voice-1")
    town.hears("villager", Photo("photo-1"))
    town.goes_on("villager", town.says("villager", "下一步"))

    (response,) = town.responses()
    answers = town.answers(response)
    why, suggest = answers["gov_why"], answers["suggest"]
    assert (why.codes, why.text, why.number, why.media) == ("slow;other", "没有人管", None, None)
    assert (suggest.codes, suggest.text) == (None, "路灯坏了")
    assert '"voice-1"' in suggest.media
    assert '"photo-1"' in suggest.media


def test_what_was_passed_over_leaves_no_row(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")

    (response,) = sqlite_town.responses()
    assert "suggest" not in sqlite_town.answers(response)


def test_what_is_no_longer_asked_leaves_no_row(sqlite_town: Town) -> None:
    first = sqlite_town.begins("villager")
    sqlite_town.says("villager", "5", "1")
    changed = sqlite_town.taps("villager", first, "满意")
    sqlite_town.goes_on("villager", changed)

    (response,) = sqlite_town.responses()
    assert "gov_why" not in sqlite_town.answers(response)


def test_where_they_say_they_live_counts_before_the_code(sqlite_town: Town) -> None:
    sqlite_town.taps("villager", sqlite_town.scans("villager"), "我愿意参加")
    sqlite_town.goes_on("villager", sqlite_town.says("villager", "不对", "南丹县城关镇"))

    (response,) = sqlite_town.responses()
    assert (response.place_code, response.source_code) == ("451221100", QINGYUAN.code)


def test_a_break_off_counts_the_codes_place_until_they_say_otherwise(sqlite_town: Town) -> None:
    sqlite_town.taps("villager", sqlite_town.scans("villager"), "我愿意参加")
    sqlite_town.close()
    sqlite_town.says("villager", "对")

    (response,) = sqlite_town.responses()
    assert (response.status, response.place_code, response.last_question) == (
        "break_off",
        QINGYUAN.code,
        "home",
    )


def test_times_and_version_are_the_runs(sqlite_town: Town) -> None:
    started = sqlite_town.clock()
    sqlite_town.answers_all("visitor", PROSECUTORS)

    (response,) = sqlite_town.responses()
    assert (response.questionnaire_version, response.channel) == (1, "wechat")
    assert 0 <= (response.started_at - started).total_seconds() <= 1
    assert response.finished_at == sqlite_town.clock()


def test_answers_leave_the_conversation_when_the_questionnaire_ends(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "1", "1")
    assert sqlite_town.count(AnswerRow) == 0

    sqlite_town.goes_on("villager", sqlite_town.says("villager", "1"))

    assert sqlite_town.count(AnswerRow) > 12
    with sqlite_town.engine.connect() as connection:
        state = connection.execute(Conversation.__table__.select()).one()
    assert state.round_id is None
    assert "s5" not in state.state


def test_numbers_grow_with_time(sqlite_town: Town) -> None:
    for who in ("one", "two", "three"):
        sqlite_town.answers_all(who)

    ids = [row.id for row in sqlite_town.responses()]
    assert ids == sorted(ids)
    shown = [public_id(each) for each in ids]
    assert shown == sorted(shown)
