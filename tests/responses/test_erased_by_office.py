"""The office deletes the data of whoever asked for a human in their own chat."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.conversation.inputs import Photo
from core.conversation.models import Conversation, HelpRequest
from core.conversation.prompts import AlreadyAnswered
from core.funnel.models import FunnelEventRow
from core.helpdesk.service import NoSuchRequest
from core.upkeep.erasing import AlreadyErased, Erased, erase_by_request
from tests.turns.test_deleting import talks
from tests.turns.town import PROSECUTORS, Town


def asks_for_a_human(town: Town, who: str = "villager") -> int:
    town.says(who, "人工", "13978212345")
    with Session(town.engine) as session:
        return session.scalars(select(func.max(HelpRequest.id))).one()


def erase(town: Town, request_id: int) -> Erased:
    with Session(town.engine) as session, session.begin():
        return erase_by_request(session, town.world(), town.book, town.keys, request_id, town.clock())


def test_what_goes_is_what_the_chat_itself_would_delete(town: Town) -> None:
    talks(town)
    request_id = asks_for_a_human(town)

    erased = erase(town, request_id)

    (response,) = town.responses()
    answers = town.answers(response)
    assert erased == Erased(responses=1, under_way=0)
    assert response.account_hash is None
    assert not {"suggest", "age", "sex", "identity", "area"} & answers.keys()
    assert (answers["gov"].codes, answers["gov_why"].text) == ("s1", None)
    with Session(town.engine) as session:
        wish = session.get_one(HelpRequest, request_id)
        assert (wish.person, wish.phone) == ("", None)
        state = session.scalars(select(Conversation.state)).one()
    assert str(response.id) not in state


def test_unfinished_superseded_and_broken_off_ones_go_too(town: Town) -> None:
    town.begins("villager", PROSECUTORS)
    town.says("villager", "1")
    town.clock.advance(days=31)
    town.says("villager", "你好")
    assert town.statuses() == ["break_off"]
    town.begins("villager")
    town.hears("villager", Photo("photo-9"))
    request_id = asks_for_a_human(town)

    erased = erase(town, request_id)

    assert erased == Erased(responses=1, under_way=1)
    assert {row.account_hash for row in town.responses()} == {None}
    with Session(town.engine) as session:
        assert session.scalars(select(Conversation.round_id)).one() is None


def test_nobody_else_is_touched(town: Town) -> None:
    talks(town, "neighbour")
    (before,) = town.responses()
    talks(town, "villager")

    erase(town, asks_for_a_human(town, "villager"))

    assert next(row for row in town.responses() if row.id == before.id) == before


def test_events_on_the_way_are_tied_to_nobody(town: Town) -> None:
    talks(town)
    with Session(town.engine) as session:
        before = set(session.scalars(select(FunnelEventRow.person)))

    erase(town, asks_for_a_human(town))

    with Session(town.engine) as session:
        after = set(session.scalars(select(FunnelEventRow.person)))
    assert before
    assert not before & after


def test_it_is_no_way_to_answer_twice(town: Town) -> None:
    talks(town)

    erase(town, asks_for_a_human(town))

    assert AlreadyAnswered in town.scans("villager").kinds


def test_a_second_time_there_is_nobody_left(town: Town) -> None:
    talks(town)
    request_id = asks_for_a_human(town)
    erase(town, request_id)

    with pytest.raises(AlreadyErased):
        erase(town, request_id)
    with pytest.raises(NoSuchRequest):
        erase(town, 999)
