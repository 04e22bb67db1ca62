"""In the middle of a questionnaire the bot asks which is meant; a liaison answers like anybody."""

from core.conversation.prompts import AskPrompt, MoreWelcome, MyProgress
from core.liaison_desk.prompts import (
    ActDone,
    FileAttached,
    ItemList,
    LiaisonHelp,
    WhichMeant,
)
from tests.liaison_desk.office import Office, claimed, open_question


def test_a_command_in_an_open_question_asks_which_is_meant(office: Office) -> None:
    claimed(office, 1)
    open_question(office)

    asked = office.town.says("liaison", "1 进展 路基做完了")
    assert asked.kinds == [WhichMeant]
    assert len(office.acts(1)) == 1
    assert office.taps("liaison", asked, "是1号整改的").kinds == [ActDone]
    assert [act for act, _code, _id in office.acts(1)] == ["claim", "progress"]


def test_it_may_be_the_answer_after_all(office: Office) -> None:
    claimed(office, 1)
    open_question(office)

    asked = office.town.says("liaison", "1 进展 太慢了")
    answered = office.taps("liaison", asked, "是问卷的回答")
    office.town.goes_on("liaison", office.town.says("liaison", "下一步"))

    assert MoreWelcome in answered.kinds or AskPrompt in answered.kinds
    (response,) = office.town.responses(status="complete")
    assert "1 进展 太慢了" in [answer.text for answer in office.town.answers(response).values()]
    assert len(office.acts(1)) == 1


def test_which_is_meant_can_be_typed(office: Office) -> None:
    claimed(office, 1)
    open_question(office)

    office.town.says("liaison", "1 进展 路基做完了")
    assert office.town.says("liaison", "1").kinds == [ActDone]
    office.town.says("liaison", "1 进展 太慢了")
    assert not {ActDone, WhichMeant} & set(office.town.says("liaison", "2").kinds)
    office.town.says("liaison", "我的")
    assert office.town.says("liaison", "1").kinds == [ItemList]


def test_a_photo_in_an_open_question_after_progress_asks_which_is_meant(office: Office) -> None:
    claimed(office, 1)
    open_question(office)
    office.town.says("liaison", "1 进展 路基做完了")
    office.town.says("liaison", "1")

    asked = office.sends_photo("liaison", "photo-1")
    assert asked.kinds == [WhichMeant]
    assert office.taps("liaison", asked, "是1号整改的").kinds == [FileAttached]
    again = office.sends_photo("liaison", "photo-2")
    answered = office.taps("liaison", again, "是问卷的回答")

    assert MoreWelcome in answered.kinds
    assert office.files(1) == 1


def test_progress_begun_in_an_open_question_takes_the_next_words_without_asking(office: Office) -> None:
    claimed(office, 1)
    listed = office.town.says("liaison", "我的")
    open_question(office)

    office.taps("liaison", listed, "办进展", item=1)
    assert office.town.says("liaison", "路基做完了").kinds == [ActDone]


def test_progress_begun_before_the_open_question_came_asks(office: Office) -> None:
    claimed(office, 1)
    open_question(office)
    office.town.says("liaison", "上一题")
    office.town.says("liaison", "1 进展")
    office.town.says("liaison", "下一步", "下一步")

    assert {WhichMeant} <= set(office.town.says("liaison", "路基做完了").kinds) or len(office.acts(1)) == 2


def test_a_liaison_answers_questionnaires_like_anybody(office: Office) -> None:
    office.bind("liaison")
    office.town.answers_all("liaison")
    listed = office.town.says("liaison", "我的")

    assert office.taps("liaison", listed, "我答的问卷").kinds[0] is MyProgress
    assert office.town.statuses() == ["complete"]


def test_the_residents_mine_stays_as_it_is(office: Office) -> None:
    office.bind("liaison")

    assert MyProgress in office.town.says("villager", "我的").kinds
    assert not {ItemList, LiaisonHelp} & set(office.town.says("villager", "帮助").kinds)
