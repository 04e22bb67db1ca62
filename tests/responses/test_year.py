"""The year that benchmarks load: real rows in real tables, the same each time, counted right."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from benchmarks.load_year import FORMS, Loaded, load
from benchmarks.year import Batch, RoundPlan, Year
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.questionnaires.reader import load_text
from core.reports.models import Tally
from core.responses.ids import moment_of
from core.responses.models import AnswerRow, Response
from tests.hand_clock import START
from tests.paths import QUESTIONNAIRES
from tests.turns.town import Town

RESPONSES, EARLIER = 900, 60


@pytest.fixture
def year(town: Town) -> Loaded:
    return load(town.engine, town.settings, RESPONSES, EARLIER, 0, town.clock())


def test_a_year_stands_in_the_tables_and_its_tally_is_what_a_recount_finds(town: Town, year: Loaded) -> None:
    with town.engine.connect() as connection:
        responses = connection.scalar(select(func.count()).select_from(Response))
        superseded = connection.scalar(select(func.count(Response.superseded_by)))
        counted = select(func.count()).select_from(AnswerRow).join(Response)
        raw = connection.scalar(
            counted.where(Response.status == "complete", Response.superseded_by.is_(None))
        )
        tallied = connection.scalar(select(func.sum(Tally.count)))
        aside = connection.scalar(select(func.sum(Tally.count)).where(Tally.is_set_aside))
        late = connection.scalar(select(func.count()).where(Response.finished_at > town.clock()))

    assert responses == year.responses == RESPONSES + 2 * EARLIER
    assert tallied == raw
    assert raw
    assert superseded
    assert aside
    assert not late


def _rows(gazetteer: Gazetteer, plan: RoundPlan) -> Iterator[Batch]:
    forms: list[Questionnaire] = [
        load_text((QUESTIONNAIRES / f"{each}.yaml").read_bytes(), f"{each}.yaml") for each in FORMS
    ]
    return Year(gazetteer, forms).batches(plan, size=100)


def test_the_same_seed_makes_the_same_year_in_order_of_time(gazetteer: Gazetteer) -> None:
    plan = RoundPlan(1, START - timedelta(days=9), START, 250)

    once, again = list(_rows(gazetteer, plan)), list(_rows(gazetteer, plan))

    assert once == again
    ids = [row[0] for batch in once for row in batch.rows["response"]]
    assert len(ids) == 250
    assert [moment_of(each) for each in ids] == sorted(moment_of(each) for each in ids)
    assert len({moment_of(each).date() for each in ids}) >= 9
