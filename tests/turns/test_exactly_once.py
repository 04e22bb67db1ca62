"""A delivery is taken exactly once, whatever the network does."""

import pytest
from sqlalchemy import func, select

from core.conversation.incoming import Incoming, Nothing, StampReused
from core.conversation.inputs import Said
from core.conversation.models import Conversation, Delivery
from core.conversation.prompts import AskPrompt, Finished
from core.responses.models import AnswerRow, Response
from tests.turns.town import Town


def test_a_resident_who_answers_everything_leaves_one_response_with_every_answer(town: Town) -> None:
    last = town.answers_all("villager")

    assert isinstance(last[-1], Finished)
    with town.engine.connect() as connection:
        response = connection.execute(select(Response.__table__)).one()
        answers = dict(connection.execute(select(AnswerRow.question, AnswerRow.codes)).all())
    assert (response.status, response.code, response.place_code) == ("complete", "p_451203100", "451203100")
    assert answers["home"] == "451203100"
    assert [answers[dimension] for dimension in ("gov", "security", "culture")] == ["s5"] * 3


def test_a_redelivery_gets_the_same_words_and_changes_nothing(town: Town) -> None:
    town.scans("villager")
    first = town.delivery("villager", Said("我愿意参加"))
    again = Incoming(first.openid, first.delivery_key, "other:stamp", first.created_at, first.what)

    replies = [town.turns.take(first), town.turns.take(again), town.new_turns().take(again)]

    assert len(set(replies)) == 1
    assert isinstance(town.said[replies[0]][-1], AskPrompt)
    with town.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Delivery)) == 2


def test_a_stamp_that_comes_back_with_another_message_is_refused(town: Town) -> None:
    town.scans("villager")
    first = town.delivery("villager", Said("我愿意参加"))
    town.turns.take(first)
    forged = Incoming("villager", "another key", first.stamp, first.created_at, Said("不参加"))

    with pytest.raises(StampReused):
        town.turns.take(forged)

    assert isinstance(town.says("villager", "你好")[-1], AskPrompt)


def test_a_stamp_of_a_redelivery_serves_for_nothing_else(town: Town) -> None:
    first = town.delivery("villager", Said("你好"))
    town.turns.take(first)
    town.turns.take(Incoming("villager", first.delivery_key, "second:stamp", first.created_at, first.what))

    with pytest.raises(StampReused):
        town.turns.take(Incoming("villager", "another", "second:stamp", first.created_at, Said("1")))


def test_a_failing_turn_leaves_no_row_and_is_raised(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.scans("villager")
    agreed = town.delivery("villager", Said("我愿意参加"))

    def fail(*_: object) -> str:
        raise RuntimeError("the renderer has a bug")

    monkeypatch.setattr(town.turns._hearing, "_render", fail)
    with pytest.raises(RuntimeError, match="has a bug"):
        town.turns.take(agreed)

    monkeypatch.undo()
    assert town.count(Delivery) == 1
    assert isinstance(town.said[town.turns.take(agreed)][-1], AskPrompt)


def test_a_failing_turn_of_somebody_new_leaves_no_row_either(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("the renderer has a bug")

    monkeypatch.setattr(town.turns._hearing, "_render", fail)
    with pytest.raises(RuntimeError, match="has a bug"):
        town.scans("villager")

    assert town.count(Conversation) == town.count(Delivery) == 0


def test_a_delivery_that_wants_silence_is_remembered_without_a_conversation(town: Town) -> None:
    receipt = town.delivery("villager", Nothing())

    assert town.turns.take(receipt) == ""
    assert town.turns.take(receipt) == ""
    assert town.turns.counts.repeats == 1
