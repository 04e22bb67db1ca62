"""A small city with a round, and its funnel."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.db.reading import reading
from core.funnel.reading import Funnel
from core.people.reach import EVERYTHING, Reach
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from tests.reports.factories import make_places

OpenFunnel = Callable[..., AbstractContextManager[Funnel]]


@pytest.fixture
def small_city(engine: Engine) -> Gazetteer:
    """Two counties with two townships and one, and two units."""
    with Session(engine) as session, session.begin():
        make_places(session)
    with engine.connect() as connection:
        return load_gazetteer(connection)


@pytest.fixture
def funnel_of(engine: Engine) -> OpenFunnel:
    """Opens the funnel of a round (the first) for an account of some reach."""

    @contextmanager
    def opened(reach: Reach = EVERYTHING, round_id: int = 1) -> Iterator[Funnel]:
        with reading(engine) as connection:
            yield Funnel(connection, round_id, reach)

    return opened


def figures(lines: Any, kind: Any) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(visits, people) of one kind by owner, township and key."""
    return {
        (line.owner, line.township, line.key): (line[kind].visits, line[kind].people)
        for line in lines
        if line[kind].visits
    }
