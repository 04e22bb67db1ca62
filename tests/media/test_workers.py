"""Several workers at once, workers that die or come too late, and a disk that is full."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from core.media.fetching import LEASE, LIFETIME
from core.media.store import Content, MediaStore
from tests.media.office import GET, Given, Office, Unwilling, photo


def test_two_workers_at_once_fetch_each_file_once(office: Office) -> None:
    for number in range(12):
        office.notes("photo", f"m{number}")
    source = Given(photo(), pause_seconds=0.01)

    workers = [threading.Thread(target=office.fetches, args=(source,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(source.asked) == sorted(f"m{number}" for number in range(12))
    assert set(office.states()) == {"kept"}


class Crash(Exception):
    """The process dies here."""


class CrashingStore(MediaStore):
    """Dies when the files are in place and the row is not committed yet."""

    @contextmanager
    def staged(self, content: Content) -> Iterator[Any]:
        """See `MediaStore.staged`."""
        with super().staged(content) as put_in_place:

            def and_die() -> None:
                put_in_place()
                raise Crash

            yield and_die


def test_a_crash_between_file_and_row_is_made_good_later(office: Office) -> None:
    office.receives("photo", photo())
    whole, office.store = office.store, CrashingStore(office.store.folder.parent)

    with pytest.raises(Crash):
        office.fetches()
    office.store = whole

    assert (office.states(), len(office.files())) == (["waiting"], 1)
    assert office.fetches() == {}  # the dead worker's claim still holds
    office.clock.now += LEASE
    assert office.fetches() == {"kept": 1}
    assert len(office.files()) == 1


def test_a_worker_that_comes_too_late_writes_nothing(office: Office) -> None:
    office.notes("photo", "m1")

    class Slow(Given):
        def fetch(self, media_id: str, take: Any) -> None:
            office.clock.now += LEASE
            assert office.fetches(Given(photo("green"))) == {"kept": 1}
            super().fetch(media_id, take)

    assert office.fetches(Slow(photo("red"))) == {"dropped": 1}

    assert len(office.files()) == 1
    assert office.rows()[0].attempts == 2


def test_a_file_nobody_looked_at_for_days_is_still_tried_once(small_office: Office) -> None:
    small_office.notes("photo", "m1")
    small_office.clock.now += LIFETIME + timedelta(days=1)

    source = Unwilling(b"")
    first = small_office.fetches(source)
    small_office.clock.now += LEASE

    assert (first, small_office.fetches(source)) == ({"waiting": 1}, {"gone": 1})
    assert source.asked == ["m1"]


# The disk ----------------------------------------------------------------------------------------------


def test_a_full_disk_is_a_sentence_in_the_log_and_the_file_waits(
    small_office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    small_office.receives("photo", photo("red"))
    small_office.receives("photo", photo("green"))

    def full(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr("core.media.store.os.fsync", full)
        assert small_office.fetches() == {"waiting": 1}

    (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (told.msg, "磁盘" in told.__dict__["reason"]) == ("media_not_stored", True)
    assert small_office.files() == []
    small_office.clock.now += LEASE
    assert small_office.fetches() == {"kept": 2}


def test_no_log_line_holds_a_media_id(small_office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ids = [small_office.receives("photo", photo()), small_office.receives("photo", b"%PDF")]
    small_office.clock.advance(minutes=1)
    small_office.fetches()

    told = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "media_fetched" in told
    assert GET in told
    assert not any(media_id in told for media_id in ids)
