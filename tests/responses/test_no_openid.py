"""No table holds an openid, no file shows one, and two rounds of one person cannot be joined."""

import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from core.conversation.inputs import Photo
from core.conversation.sweeps import break_off_runs
from core.people.keys import person_hash
from tests.responses.exported import exported
from tests.turns.town import PROSECUTORS, RESIDENTS, Town

OPENIDS = ("oABCD-villager_0001", "oABCD-visitor_00002", "oABCD-leaver_000003")


def everything_stored(town: Town) -> str:
    """Every cell of every table, as text."""
    names = inspect(town.engine).get_table_names()
    with town.engine.connect() as connection:
        return json.dumps(
            {
                name: [list(map(str, row)) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
                for name in names
            },
            ensure_ascii=False,
        )


@pytest.fixture
def lively(town: Town) -> Town:
    """A town where people did everything that leaves a trace."""
    villager, visitor, leaver = OPENIDS
    town.answers_all(villager)
    town.says(villager, "重来", "重新回答")
    town.goes_on(villager, town.says(villager, "1"))
    town.answers_all(visitor, PROSECUTORS)
    town.says(visitor, "人工", "13978212345")
    town.begins(leaver)
    town.says(leaver, "1")
    town.hears(leaver, Photo("photo-1"))
    town.leaves(leaver)
    town.clock.advance(days=31)
    break_off_runs(town.engine, town.load_world, town.book, town.clock())
    return town


def test_no_table_and_no_export_holds_an_openid_or_a_telephone_number(
    lively: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stored = everything_stored(lively)
    shown = json.dumps(exported(lively, tmp_path), ensure_ascii=False)

    for secret in (*OPENIDS, "13978212345"):
        assert secret not in stored
        assert secret not in shown
        assert secret not in caplog.text
    assert len(lively.responses()) == 4


def test_no_export_shows_a_hash_of_a_person(lively: Town, tmp_path: Path) -> None:
    shown = json.dumps(exported(lively, tmp_path))

    hashes = {row.account_hash for row in lively.responses()}
    assert len(hashes) == 3
    for each in hashes | {person_hash(lively.person_key, openid) for openid in OPENIDS}:
        assert each not in shown


def test_a_conversation_and_its_response_hang_on_different_hashes(sqlite_town: Town) -> None:
    sqlite_town.answers_all(OPENIDS[0])

    (response,) = sqlite_town.responses()
    assert response.account_hash != person_hash(sqlite_town.person_key, OPENIDS[0])


def test_two_rounds_of_one_person_cannot_be_joined(sqlite_town: Town) -> None:
    sqlite_town.answers_all(OPENIDS[0])
    sqlite_town.close()
    sqlite_town.open("另一次", RESIDENTS)
    sqlite_town.answers_all(OPENIDS[0])

    first, second = sqlite_town.responses()
    assert first.account_hash != second.account_hash
