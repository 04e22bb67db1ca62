"""Counters say what the events say: whoever counts them, however often, and a planted error is found."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update

from core.db.reading import reading
from core.funnel import counting
from core.funnel.counting import SETTLED_AFTER, advance
from core.funnel.models import FunnelCount, FunnelEventRow, FunnelMark
from core.funnel.recount import CountersMoved, _repair, differences, recount
from tests.funnel.events import FINANCE, QINGYUAN, QINGYUAN_BUS, event, some, store
from tests.hand_clock import START

LATER = START + timedelta(days=30)
TABLE = FunnelCount.__table__


def counters(engine: Engine, **having: Any) -> list[dict[str, Any]]:
    """The counters with these keys."""
    with engine.connect() as connection:
        found = select(TABLE).where(*(TABLE.c[name] == value for name, value in having.items()))
        return [dict(row._mapping) for row in connection.execute(found)]


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], tuple[int, int]]:
    """What the counters must say, counted with sets: (visits, people) by every key of the table."""
    seen: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        owner, township, scene, material = row["owner"], row["township"], row["scene"], row["material"]
        parts = [
            ("all", "", "", ""),
            ("owner", owner, "", ""),
            ("code", owner, township, scene),
            ("material", "", "", material),
            ("own_material", owner, "", material),
        ]
        parts += [("township", owner, township, "")] if township else []
        # 2026-12-01 is a Tuesday and day 20788 since 1970.
        hours = row["hour"] - 20788 * 24
        axes = [
            ("round", 0, ""),
            ("day", 20788 + hours // 24, ""),
            ("hour", (24 + hours) % 168, ""),
        ]
        axes += [("question", 0, row["question"])] if row["kind"] == "break_off" else []
        for part in parts:
            for axis, step, question in axes:
                seen[row["round_id"], axis, *part, step, question, row["kind"]].append(row["person"])
    return {key: (len(people), len(set(people))) for key, people in seen.items()}


def as_stored(engine: Engine) -> dict[tuple[Any, ...], tuple[int, int]]:
    names = [column.name for column in TABLE.primary_key]
    return {tuple(row[name] for name in names): (row["visits"], row["people"]) for row in counters(engine)}


def test_counters_are_what_counting_by_hand_gives_in_steps_of_any_size(engine: Engine) -> None:
    rows = some(400)
    store(engine, rows[:150])
    advance(engine, LATER, step=7)
    store(engine, rows[150:])
    advance(engine, LATER, step=101)

    assert as_stored(engine) == by_hand(rows)


def test_a_recount_finds_nothing_wrong_with_them(engine: Engine) -> None:
    store(engine, some(300))
    advance(engine, LATER, step=50)
    told: list[int] = []

    assert recount(engine, repair=True, progress=told.append) == []
    assert sum(told) == 24


def test_a_recount_finds_what_was_planted_and_sets_it_right(engine: Engine) -> None:
    rows = some(100)
    store(engine, rows)
    advance(engine, LATER)
    with engine.begin() as connection:
        whole = (FunnelCount.part == "all") & (FunnelCount.axis == "round") & (FunnelCount.kind == "scan")
        connection.execute(update(FunnelCount).where(whole).values(people=FunnelCount.people + 1))
        connection.execute(
            delete(FunnelCount).where(FunnelCount.part == "code", FunnelCount.axis == "question")
        )

    found = recount(engine, repair=True)

    assert {(each.part, each.axis) for each in found} == {("all", "round"), ("code", "question")}
    assert {(each.visits, each.people) for each in found if each.part == "all"} == {(0, -1)}
    assert recount(engine, repair=False) == []
    assert as_stored(engine) == by_hand(rows)


def test_without_repair_it_only_tells(engine: Engine) -> None:
    store(engine, some(20))
    advance(engine, LATER)
    with engine.begin() as connection:
        connection.execute(update(FunnelCount).values(visits=FunnelCount.visits + 1))

    assert len(recount(engine, repair=False)) == len(recount(engine, repair=False)) == len(counters(engine))


def test_what_comes_in_while_it_is_set_right_is_counted_too(engine: Engine) -> None:
    rows = some(60)
    store(engine, rows[:30])
    advance(engine, LATER)
    with engine.begin() as connection:
        connection.execute(update(FunnelCount).values(visits=FunnelCount.visits + 1))
    with reading(engine) as connection:
        found = differences(connection)
    store(engine, rows[30:])
    advance(engine, LATER)

    with engine.begin() as connection:
        _repair(connection, found, 0)

    assert as_stored(engine) == by_hand(rows)


def test_two_recounts_at_once_do_not_set_it_right_twice(engine: Engine) -> None:
    store(engine, some(20))
    advance(engine, LATER)
    with engine.begin() as connection:
        connection.execute(update(FunnelCount).values(visits=FunnelCount.visits + 1))
    with reading(engine) as connection:
        found = differences(connection)
    recount(engine, repair=True)

    with pytest.raises(CountersMoved), engine.begin() as connection:
        _repair(connection, found, 0)

    assert recount(engine, repair=False) == []


def test_a_worker_that_comes_second_counts_nothing_twice(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = some(40)
    store(engine, rows)
    real = counting._end_of_step

    def while_another_counts(connection: Any, mark: int, *rest: Any) -> int | None:
        monkeypatch.setattr(counting, "_end_of_step", real)
        upto = real(connection, mark, *rest)
        connection.rollback()
        advance(engine, LATER, step=15)
        return upto

    monkeypatch.setattr(counting, "_end_of_step", while_another_counts)
    advance(engine, LATER, step=25)

    assert as_stored(engine) == by_hand(rows)


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_counted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = some(40)
    store(engine, rows)
    real, calls = counting.add, []

    def dies(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 10:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(counting, "add", dies)
    with pytest.raises(KeyboardInterrupt):
        advance(engine, LATER)
    assert counters(engine) == []
    monkeypatch.setattr(counting, "add", real)
    advance(engine, LATER)

    assert as_stored(engine) == by_hand(rows)


def test_what_has_not_settled_waits(engine: Engine) -> None:
    store(engine, [event(at=START), event(at=START + timedelta(seconds=1)), event(at=START)])

    advance(engine, START + SETTLED_AFTER)
    (first,) = counters(engine, part="all", axis="round")
    with engine.connect() as connection:
        mark = connection.scalar(select(FunnelMark.upto))
        numbers = connection.scalars(select(FunnelEventRow.id).order_by(FunnelEventRow.id)).all()

    assert (first["visits"], mark) == (1, numbers[0])


def test_one_person_is_one_however_often_and_by_whatever_way(engine: Engine) -> None:
    day = timedelta(days=1)
    store(
        engine,
        [
            event(credit=QINGYUAN),
            event(credit=QINGYUAN, at=START + day),
            event(credit=QINGYUAN_BUS, at=START + day),
            event(credit=FINANCE, at=START + day),
        ],
    )
    advance(engine, LATER, step=1)

    def figures(**having: Any) -> list[tuple[int, int]]:
        found = sorted(counters(engine, **having), key=lambda row: (row["owner"], row["key"], row["step"]))
        return [(row["visits"], row["people"]) for row in found]

    assert figures(part="all", axis="round") == [(4, 1)]
    assert figures(part="owner", axis="round") == [(3, 1), (1, 1)]
    assert figures(part="township", axis="round") == [(3, 1)]
    assert figures(part="code", axis="round") == [(2, 1), (1, 1), (1, 1)]
    assert figures(part="material", axis="round") == [(3, 1), (1, 1)]
    assert figures(part="all", axis="day") == [(1, 1), (3, 1)]
