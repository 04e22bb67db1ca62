"""Makes events of the funnel; every field has a default, so a test names only what it is about."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from core.funnel.events import Credit, Kind, hour_of
from core.funnel.models import FunnelEventRow
from tests.hand_clock import START

YIZHOU = Credit.of_place("451203", "p_451203")
QINGYUAN = Credit.of_place("451203100", "p_451203100")
QINGYUAN_BUS = Credit.of_place("451203100", "p_451203100_bus")
NANDAN_BUS = Credit.of_place("451221100", "p_451221100_bus")
FINANCE = Credit.of_unit("U001", "u_U001")
UNKNOWN = Credit.of_nobody("x_1")
CREDITS = (YIZHOU, QINGYUAN, QINGYUAN_BUS, NANDAN_BUS, FINANCE, UNKNOWN, Credit())


def event(
    kind: Kind = Kind.SCAN,
    credit: Credit = QINGYUAN,
    *,
    person: str = "villager",
    at: datetime = START,
    round_id: int = 1,
    question: str = "",
) -> dict[str, Any]:
    """A row of `funnel_event`."""
    return {
        "round_id": round_id,
        "kind": kind.value,
        "owner": credit.owner,
        "township": credit.township,
        "scene": credit.scene,
        "material": credit.material,
        "question": question,
        "person": person,
        "hour": hour_of(at),
        "at": at,
    }


def store(engine: Engine, rows: Iterable[dict[str, Any]]) -> None:
    """Put the rows in, in this order."""
    listed = list(rows)
    with engine.begin() as connection:
        if listed:
            connection.execute(insert(FunnelEventRow), listed)


def some(count: int, seed: int = 1, *, people: int = 12, since: datetime = START) -> list[dict[str, Any]]:
    """That many made-up events of a few people and codes, within two weeks and two rounds."""
    chance = random.Random(seed)
    rows = []
    for _ in range(count):
        kind = chance.choice(list(Kind))
        question = f"residents-2021/{chance.choice(['gov', 'cadre'])}" if kind == Kind.BREAK_OFF else ""
        rows.append(
            event(
                kind,
                chance.choice(CREDITS),
                person=f"p{chance.randrange(people)}",
                at=since + timedelta(hours=chance.randrange(14 * 24)),
                round_id=chance.choice([1, 1, 1, 2]),
                question=question,
            )
        )
    return rows
