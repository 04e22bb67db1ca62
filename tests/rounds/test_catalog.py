"""The catalog a server holds: what is in it, and that it notices changes by one row."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.people.keys import KeyRing, WrongDataKey
from core.places.lists import read_places, read_units
from core.places.service import load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.rounds.catalog import Catalog, catalog_stamp, load_catalog
from core.rounds.service import close_round
from tests.hand_clock import START
from tests.rounds.drafts import KEYS, OFFICE, load, make, open_

DAY = timedelta(days=1)


def catalog(engine: Engine, before: Catalog | None = None) -> Catalog:
    with engine.connect() as connection:
        return load_catalog(connection, KEYS, OFFICE, before)


def test_it_holds_open_scheduled_and_closed_rounds_but_no_drafts(engine: Engine) -> None:
    load(engine)
    load(engine, "units-2021")
    make(engine, "过去的")
    open_(engine, "过去的")
    with Session(engine) as session, session.begin():
        close_round(session, "过去的", START)
    now_id = make(engine, "现在的", "residents-2021", "units-2021")
    make(engine, "将来的", opens_at=START + 40 * DAY, closes_at=START + 50 * DAY)
    make(engine, "草稿")
    open_(engine, "现在的")
    open_(engine, "将来的")

    held = catalog(engine)

    assert [entry.name for entry in held.rounds] == ["过去的", "现在的", "将来的"]
    assert [entry.is_open(START) for entry in held.rounds] == [False, True, False]
    assert [entry.is_over(START) for entry in held.rounds] == [True, False, False]
    entry = held.round(now_id)
    assert entry is not None
    assert {who: each.id for who, each in entry.questionnaires.items()} == {
        "residents": "residents-2021",
        "service_users": "units-2021",
    }
    assert entry.questionnaires["residents"].content_hash
    assert len(entry.account_key) == 32
    assert entry.is_over(entry.closes_at)
    assert not entry.is_open(entry.closes_at)
    assert held.office is OFFICE
    assert held.round(now_id + 9) is None


def test_places_and_units_are_in_it(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, session.begin():
        load_places(session, read_places(PLACE_FILES))
        load_units(session, read_units(UNIT_FILES))

    held = catalog(sqlite_engine)

    assert held.gazetteer.full_name("451203100") == "宜州区庆远镇"
    assert len(held.gazetteer.units) == 82


def test_its_stamp_moves_with_every_change_and_only_then(engine: Engine) -> None:
    def stamp() -> object:
        with engine.connect() as connection:
            return catalog_stamp(connection)

    seen = [stamp()]
    for change in (lambda: load(engine), lambda: make(engine), lambda: open_(engine)):
        change()
        seen.append(stamp())

    assert len(set(seen)) == 4
    assert stamp() == seen[-1]
    assert catalog(engine).stamp == seen[-1]


def test_what_did_not_change_is_carried_over(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    first_id = make(sqlite_engine)
    open_(sqlite_engine)
    before = catalog(sqlite_engine)
    make(sqlite_engine, "下一次", opens_at=START + 40 * DAY, closes_at=START + 50 * DAY)
    open_(sqlite_engine, "下一次")

    after = catalog(sqlite_engine, before)

    assert after.gazetteer is before.gazetteer
    old, new = before.round(first_id), after.round(first_id)
    assert old is not None
    assert new is not None
    assert new.questionnaires["residents"] is old.questionnaires["residents"]
    assert len(after.rounds) == 2


def test_changed_places_are_read_anew(sqlite_engine: Engine) -> None:
    before = catalog(sqlite_engine)
    with Session(sqlite_engine) as session, session.begin():
        load_units(session, read_units(UNIT_FILES))

    assert catalog(sqlite_engine, before).gazetteer is not before.gazetteer


def test_a_wrong_data_key_is_told_by_name(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine)
    open_(sqlite_engine)

    with sqlite_engine.connect() as connection, pytest.raises(WrongDataKey, match="MINYI_DATA_KEY"):
        load_catalog(connection, KeyRing(Fernet.generate_key().decode()), OFFICE)
