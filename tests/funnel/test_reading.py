"""The funnel is of this moment, adds up, and ends where an account's reach ends."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from core.funnel import reading
from core.funnel.cells import AXES
from core.funnel.counting import advance
from core.funnel.events import Kind
from core.funnel.reading import Funnel, Line, Where, by_question, every_day
from core.people.reach import EVERYTHING, NOTHING, Reach
from tests.funnel.conftest import OpenFunnel, figures
from tests.funnel.events import (
    CREDITS,
    FINANCE,
    NANDAN_BUS,
    QINGYUAN,
    QINGYUAN_BUS,
    UNKNOWN,
    YIZHOU,
    event,
    some,
    store,
)
from tests.hand_clock import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = START + 30 * DAY
COUNTY, UNIT = Reach("county", "451203"), Reach("unit", "U001")


def everything_read(funnel: Funnel) -> list[object]:
    """Whatever the funnel can be asked for, in an order of its own."""
    wheres = [Where()]
    for credit in CREDITS:
        wheres += [
            Where(owner=credit.owner),
            Where(township=credit.township),
            Where(scene=credit.scene),
            Where(material=credit.material),
            Where(owner=credit.owner, material=credit.material),
        ]
    found: list[list[Line]] = [
        funnel.owners(),
        funnel.townships(),
        funnel.codes(),
        funnel.unknown_codes(),
        funnel.materials(),
    ]
    found += [
        funnel.townships("451203"),
        funnel.codes("451203"),
        funnel.codes("U001"),
        funnel.materials("U001"),
    ]
    found += [funnel.along(axis, where) for axis in AXES for where in wheres]
    return [sorted(map(repr, map(_plain, lines))) for lines in found]


def _plain(line: Line) -> tuple[object, ...]:
    kinds = sorted((kind.value, figure.visits, figure.people) for kind, figure in line.figures.items())
    return (line.owner, line.township, line.key, line.step, line.question, kinds)


@pytest.mark.parametrize("counted", [0, 1, 130, 300])
def test_it_reads_the_same_however_far_the_worker_has_come(
    engine: Engine, funnel_of: OpenFunnel, counted: int
) -> None:
    rows = some(300)
    store(engine, rows[:counted])
    advance(engine, LATER, step=37)
    store(engine, rows[counted:])
    with funnel_of() as funnel:
        seen = everything_read(funnel)

    advance(engine, LATER, step=37)
    with funnel_of() as funnel:
        assert everything_read(funnel) == seen


def test_what_came_this_moment_is_in_it(engine: Engine, funnel_of: OpenFunnel) -> None:
    store(engine, [event(at=START), event(Kind.START, at=START), event(Kind.COMPLETE, at=START)])

    with funnel_of() as funnel:
        assert funnel.as_of is None
        total = funnel.total()
    assert (total[Kind.SCAN].visits, total[Kind.START].people, total.completion) == (1, 1, 1.0)


def test_too_much_behind_is_left_out_and_said(
    engine: Engine, funnel_of: OpenFunnel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_UNCOUNTED", 3)
    store(engine, [event(at=START)])
    advance(engine, LATER)
    store(engine, [event(at=START + HOUR)] * 4)

    with funnel_of() as funnel:
        assert funnel.as_of == START
        assert funnel.total()[Kind.SCAN].visits == 1


def test_rounds_are_kept_apart(engine: Engine, funnel_of: OpenFunnel) -> None:
    store(engine, [event(round_id=1), event(round_id=2), event(round_id=2)])

    with funnel_of(round_id=2) as funnel:
        assert funnel.total()[Kind.SCAN].visits == 2


def test_lines_by_hand(engine: Engine, funnel_of: OpenFunnel) -> None:
    store(
        engine,
        [
            event(credit=YIZHOU, person="a"),
            event(credit=QINGYUAN, person="a"),
            event(credit=QINGYUAN, person="a"),
            event(credit=QINGYUAN_BUS, person="b"),
            event(credit=NANDAN_BUS, person="b"),
            event(credit=FINANCE, person="c"),
            event(credit=UNKNOWN, person="c"),
        ],
    )

    with funnel_of() as funnel:
        assert figures(funnel.owners(), Kind.SCAN) == {
            ("451203", "", ""): (4, 2),
            ("451221", "", ""): (1, 1),
            ("U001", "", ""): (1, 1),
            ("?", "", ""): (1, 1),
        }
        assert figures(funnel.townships("451203"), Kind.SCAN) == {
            ("451203", "451203", ""): (1, 1),
            ("451203", "451203100", ""): (3, 2),
        }
        assert figures(funnel.codes("451203", "451203100"), Kind.SCAN) == {
            ("451203", "451203100", "p_451203100"): (2, 1),
            ("451203", "451203100", "p_451203100_bus"): (1, 1),
        }
        assert figures(funnel.materials(), Kind.SCAN) == {
            ("", "", "-"): (4, 2),
            ("", "", "bus"): (2, 1),
            ("", "", "?"): (1, 1),
        }
        assert figures(funnel.unknown_codes(), Kind.SCAN) == {("?", "", "x_1"): (1, 1)}
        assert funnel.total()[Kind.SCAN] == reading.Figure(7, 3)
        assert funnel.total(Where(owner="451203", material="bus"))[Kind.SCAN] == reading.Figure(1, 1)


@pytest.mark.parametrize("is_counted", [False, True])
@pytest.mark.parametrize(("reach", "own"), [(COUNTY, {"451203"}), (UNIT, {"U001"}), (NOTHING, set())])
def test_an_account_reads_its_own_and_nothing_else_whatever_it_asks_for(
    engine: Engine, funnel_of: OpenFunnel, reach: Reach, own: set[str], is_counted: bool
) -> None:
    rows = some(200)
    store(engine, rows)
    if is_counted:
        advance(engine, LATER)
    mine = [row for row in rows if row["owner"] in own and row["round_id"] == 1]
    with funnel_of(reach) as funnel:
        for where in (Where(), *(Where(c.owner, c.township, c.scene, c.material) for c in CREDITS)):
            for axis in AXES:
                for line in funnel.along(axis, where):
                    assert line.owner in own
        for lines in (funnel.owners(), funnel.townships(), funnel.codes(), funnel.materials()):
            assert {line.owner for line in lines} <= own
        for other in ("451221", "?", "U002", "451203", "U001"):
            for lines in (funnel.townships(other), funnel.codes(other), funnel.materials(other)):
                assert {line.owner for line in lines} <= own & {other}
        assert funnel.unknown_codes() == []
        visits = sum(figure.visits for figure in funnel.total().figures.values())

    assert visits == len(mine)


def test_break_offs_by_question_begin_with_the_question_most_stop_at(
    engine: Engine, funnel_of: OpenFunnel
) -> None:
    def broken_off(person: str, question: str) -> dict[str, object]:
        return event(Kind.BREAK_OFF, person=person, question=f"residents-2021/{question}")

    store(engine, [broken_off("a", "gov"), broken_off("b", "cadre"), broken_off("c", "cadre"), event()])

    with funnel_of() as funnel:
        found = by_question(funnel.along("question"))
    assert [(questionnaire, question, figure.people) for questionnaire, question, figure in found] == [
        ("residents-2021", "cadre", 2),
        ("residents-2021", "gov", 1),
    ]


def test_days_without_anything_are_there_too(engine: Engine, funnel_of: OpenFunnel) -> None:
    store(engine, [event(at=START), event(at=START + 3 * DAY)])

    with funnel_of() as funnel:
        days = every_day(funnel.along("day"), START.date() - DAY, (START + 3 * DAY).date())
    assert [line[Kind.SCAN].visits for line in days] == [0, 1, 0, 0, 1]
    assert [str(line.day) for line in days][:2] == ["2026-11-30", "2026-12-01"]


def test_there_is_no_reach_by_default(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(TypeError):
        Funnel(connection, 1)  # type: ignore[call-arg]
    assert EVERYTHING.is_all
