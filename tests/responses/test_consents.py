"""What people agreed to is kept with their response."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.responses.models import ConsentText
from tests.turns.town import PROSECUTORS, Town


def wordings(town: Town) -> dict[str, str]:
    with Session(town.engine) as session:
        return {row.id: row.text for row in session.scalars(select(ConsentText))}


def test_a_response_says_which_words_were_agreed_to(town: Town) -> None:
    town.answers_all("villager")

    (response,) = town.responses()
    words = wordings(town)[response.consent_id]
    assert town.settings.office.name in words
    assert "1 " in words
    assert response.questionnaire_version == 1


def test_one_wording_is_stored_once_and_another_beside_it(town: Town) -> None:
    town.answers_all("villager")
    town.answers_all("neighbour")
    assert len(wordings(town)) == 1

    town.begins("villager", PROSECUTORS)
    town.says("villager", "1")
    town.clock.advance(days=31)
    town.says("villager", "你好")

    assert len(wordings(town)) == 2
    assert {row.consent_id for row in town.responses()} == set(wordings(town))


def test_who_declines_has_agreed_to_nothing(town: Town) -> None:
    town.taps("villager", town.scans("villager", PROSECUTORS), "不评了")

    (response,) = town.responses()
    assert (response.status, response.consent_id) == ("refused", None)
