"""Leftovers on the disk: deleted when they are a few, left alone when they look like another's files."""

import logging
import os
import time
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.media.service import open_media
from core.media.sweeps import MAX_STRAYS, delete_forgotten, delete_strays, forget_orphans
from core.media.uploads import keep_photo
from tests.hand_clock import START
from tests.media.office import Office, photo


def leave_stray(office: Office, number: int) -> None:
    """A file that no row speaks of."""
    path = office.store.path(f"{number:064x}", "jpg")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left by a crash")


def test_files_without_a_row_are_deleted_and_no_others(office: Office) -> None:
    office.receives("photo", photo())
    office.fetches()
    kept = office.files()
    leave_stray(office, 1)
    leave_stray(office, 2)

    assert delete_strays(office.engine, office.store) == 2

    assert office.files() == kept


def test_many_strays_at_once_are_left_alone_and_told(
    small_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(MAX_STRAYS + 1):
        leave_stray(small_office, number)

    assert delete_strays(small_office.engine, small_office.store) == 0

    assert len(small_office.files()) == MAX_STRAYS + 1
    assert [record.msg for record in caplog.records if record.levelno == logging.ERROR] == [
        "media_strays_left_alone"
    ]


def test_half_written_files_go_after_a_day(small_office: Office) -> None:
    small_office.receives("photo", photo())
    small_office.fetches()
    incoming = small_office.store.folder / "incoming"
    for name, age_days in (("old", 1.1), ("new", 0.5)):
        (incoming / name).write_bytes(b"half")
        at = time.time() - age_days * 86_400
        os.utime(incoming / name, (at, at))

    assert delete_strays(small_office.engine, small_office.store) == 1

    assert [path.name for path in incoming.iterdir()] == ["new"]


def test_sweeping_an_office_that_never_received_anything_does_nothing(small_office: Office) -> None:
    assert delete_strays(small_office.engine, small_office.store) == 0
    assert delete_forgotten(small_office.engine, small_office.store) == 0


def test_a_photo_handed_in_for_something_else_than_a_response_is_not_swept_away(office: Office) -> None:
    with Session(office.engine) as session, session.begin():
        key = keep_photo(session, office.store, photo(), "item", START)

    assert forget_orphans(office.engine, START + timedelta(days=3)) == 0
    assert delete_strays(office.engine, office.store) == 0

    with office.engine.connect() as connection:
        assert open_media(connection, office.store, key).path.is_file()


def test_a_photo_whose_transaction_fails_leaves_at_most_a_stray(office: Office) -> None:
    with Session(office.engine) as session:
        keep_photo(session, office.store, photo(), "item", START)
        session.rollback()

    assert delete_strays(office.engine, office.store) == 1

    assert office.files() == []
