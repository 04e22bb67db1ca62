"""Fetching what people sent: over real HTTP, on each database, with everything that goes wrong on the way."""

import logging
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core.media.fetching import LEASE, LIFETIME
from core.media.reasons import Reason
from core.media.service import media_by_ids, undelivered
from core.media.source import NotFetched, Then
from core.media.store import Content, MediaStore
from simulator.serve import serving
from tests.media.office import GET, VOICE, Given, Office, photo, photo_of_a_phone


def reasons(office: Office) -> list[tuple[str, str, int | None]]:
    """State, reason and code of all rows."""
    return [(row.state, row.reason, row.code) for row in office.rows()]


# As it should be ---------------------------------------------------------------------------------------


def test_a_voice_and_a_photo_are_fetched_and_kept(office: Office) -> None:
    voice = office.receives("voice", VOICE, "voice/amr")
    taken = office.receives("photo", photo_of_a_phone())

    counts = office.fetches()

    assert counts == {"kept": 2}
    kept = [(office.row(each).state, office.row(each).file_type) for each in (voice, taken)]
    assert kept == [("kept", "amr"), ("kept", "jpg")]
    assert sorted(path.name.partition(".")[2] for path in office.files()) == ["amr", "jpg", "play.mp3"]


def test_what_is_kept_is_readable_by_the_programs_own_user_only(small_office: Office) -> None:
    small_office.receives("photo", photo())

    small_office.fetches()

    (path,) = small_office.files()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folders = (path.parent, path.parent.parent)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert path.parent.name == path.name[:2]


def test_the_media_id_is_not_kept_longer_than_it_is_of_use(small_office: Office) -> None:
    small_office.receives("photo", photo())
    small_office.receives("photo", b"%PDF-1.7")
    small_office.notes("photo", "an id the platform does not know")

    small_office.fetches()

    assert sorted(small_office.states()) == ["gone", "kept", "refused"]
    assert {row.media_id for row in small_office.rows()} == {""}


def test_the_same_content_twice_lies_on_the_disk_once(small_office: Office) -> None:
    small_office.receives("photo", photo())
    small_office.receives("photo", photo())

    assert small_office.fetches() == {"kept": 2}

    first, second = small_office.rows()
    assert first.sha256 == second.sha256
    assert len(small_office.files()) == 1


def test_the_same_message_noted_twice_is_one_file(office: Office) -> None:
    media_id = office.receives("photo", photo())
    office.notes("photo", media_id)

    assert office.fetches() == {"kept": 1}
    office.notes("photo", media_id)
    assert office.fetches() == {}


def test_a_token_that_expired_in_between_is_renewed_once(small_office: Office) -> None:
    small_office.receives("photo", photo())
    small_office.fetches()
    small_office.simulator.world.tokens.forget_all()
    small_office.receives("photo", photo("green"))

    assert small_office.fetches() == {"kept": 1}


# What the platform does --------------------------------------------------------------------------------


def test_an_id_that_expired_is_gone_and_listed(office: Office) -> None:
    media_id = office.receives("voice", VOICE)
    office.clock.advance(days=3, seconds=1)

    assert office.fetches() == {"gone": 1}

    with office.engine.connect() as connection:
        (listed,) = undelivered(connection)
        assert media_by_ids(connection, [media_id, "unknown"]) == {media_id: listed}
    assert (listed.kind, listed.state, listed.trouble) == ("voice", "gone", "微信那边已经没有这个文件")
    assert office.row(media_id).code == 40007


def test_an_error_in_place_of_a_file_is_never_stored(small_office: Office) -> None:
    small_office.receives("photo", photo())
    small_office.faults("errcode", -1)

    assert small_office.fetches() == {"waiting": 1}
    assert (reasons(small_office), small_office.files()) == ([("waiting", Reason.PLATFORM, -1)], [])

    small_office.clock.advance(minutes=1)
    assert small_office.fetches() == {"kept": 1}
    assert reasons(small_office) == [("kept", "", None)]


def test_json_that_is_no_error_is_no_file_either(small_office: Office) -> None:
    video = small_office.simulator.world.media.keep(
        "video", "video/mp4", "v.mp4", b"clip", small_office.clock().timestamp()
    )
    small_office.notes("photo", video.media_id)

    small_office.fetches()

    assert reasons(small_office) == [("refused", Reason.NO_FILE, -2)]


def test_a_pdf_called_jpg_is_refused_and_listed(small_office: Office) -> None:
    small_office.receives("photo", b"%PDF-1.7 " + bytes(1000), "image/jpeg")

    assert small_office.fetches() == {"refused": 1}

    with small_office.engine.connect() as connection:
        (listed,) = undelivered(connection)
    assert listed.trouble == "不是能用的语音或照片格式"
    assert small_office.files() == []


@pytest.mark.parametrize("kind", ["cut", "http"])
def test_a_broken_connection_is_tried_again_later(small_office: Office, kind: str) -> None:
    small_office.receives("photo", photo())
    small_office.faults(kind, 502)

    assert small_office.fetches() == {"waiting": 1}
    assert small_office.fetches() == {}
    small_office.clock.advance(minutes=1)

    assert small_office.fetches() == {"kept": 1}


class Unwilling(Given):
    """Never gives anything."""

    def fetch(self, media_id: str, take: Any) -> None:
        """See `MediaSource.fetch`."""
        self.asked.append(media_id)
        raise NotFetched(-1, Then.TRY_AGAIN)


def test_pauses_grow_and_what_was_never_given_is_gone_after_three_days(small_office: Office) -> None:
    small_office.notes("photo", "m1")
    source, tries, began = Unwilling(b""), [], small_office.clock()

    while small_office.states() == ["waiting"]:
        small_office.clock.now = small_office.rows()[0].next_try_at
        small_office.fetches(source)
        tries.append(small_office.clock() - began)

    *tries, ended = tries
    assert [tried.total_seconds() / 60 for tried in tries[:6]] == [0, 1, 6, 36, 156, 516]
    assert LIFETIME <= ended < LIFETIME + timedelta(hours=6)
    assert len(source.asked) == len(tries) < 20
    assert reasons(small_office) == [("gone", Reason.EXPIRED, None)]


@pytest.mark.parametrize(
    ("code", "pause"),
    [
        (45011, timedelta(minutes=1)),
        (40164, timedelta(hours=1)),
        (45009, timedelta(hours=15, minutes=5)),  # 09:00 in Shanghai to five past midnight
    ],
)
def test_what_concerns_every_call_lets_everything_wait(
    small_office: Office, code: int, pause: timedelta
) -> None:
    for colour in ("red", "green", "blue"):
        small_office.receives("photo", photo(colour))
    small_office.faults("errcode", code)

    assert small_office.fetches() == {"waiting": 1}
    small_office.clock.now += pause - timedelta(seconds=1)
    assert small_office.fetches() == {}
    small_office.clock.advance(seconds=1)

    assert small_office.fetches() == {"kept": 3}


def test_a_code_nobody_has_heard_of_concerns_one_file_only(small_office: Office) -> None:
    small_office.receives("photo", photo("red"))
    small_office.receives("photo", photo("green"))
    small_office.faults("errcode", 99999)

    assert small_office.fetches() == {"waiting": 1, "kept": 1}


def test_a_damaged_file_is_believed_the_third_time(small_office: Office) -> None:
    small_office.receives("photo", photo()[:-200])

    came = []
    for _ in range(4):
        came += small_office.fetches().elements()
        small_office.clock.advance(minutes=30)

    assert came == ["waiting", "waiting", "refused"]
    assert reasons(small_office) == [("refused", Reason.DAMAGED, None)]


# Hostile and slow servers ------------------------------------------------------------------------------


@contextmanager
def platform_that(*pieces: bytes, office: Office, **headers: str) -> Iterator[list[int]]:
    """A server that gives a token, and then these pieces as a file; how many of them it got rid of."""
    sent = [0]

    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        if environ["PATH_INFO"].endswith("stable_token"):
            start_response("200 OK", [("Content-Type", "application/json")])
            yield b'{"access_token": "t", "expires_in": 7200}'
            return
        start_response("200 OK", [("Content-Type", "image/jpeg"), *headers.items()])
        for piece in pieces:
            yield piece
            sent[0] += len(piece)

    with serving(app) as address:
        office.address = address
        yield sent


def test_a_photo_of_100_megabytes_is_cut_off(small_office: Office) -> None:
    megabyte = b"\xff\xd8\xff" + bytes(2**20 - 3)
    small_office.notes("photo", "m1")

    with platform_that(*[megabyte] * 100, office=small_office) as sent:
        assert small_office.fetches() == {"refused": 1}

    assert reasons(small_office) == [("refused", Reason.TOO_LARGE, None)]
    # What lies in the sockets' buffers was sent for nothing.
    assert sent[0] < 30 * 2**20
    assert small_office.files() == []


def test_a_connection_cut_in_the_middle_of_a_file_keeps_nothing(small_office: Office) -> None:
    content = photo(size=(500, 500))
    small_office.notes("photo", "m1")

    with platform_that(content[:2000], office=small_office, **{"Content-Length": str(len(content))}):
        assert small_office.fetches() == {"waiting": 1}

    assert reasons(small_office) == [("waiting", Reason.PLATFORM, -1)]
    assert small_office.files() == []


def test_no_transaction_is_open_while_the_platform_is_slow(office: Office) -> None:
    office.receives("photo", photo())
    office.faults("slow", 1.0)
    worker = threading.Thread(target=office.fetches)
    worker.start()
    time.sleep(0.3)

    started = time.monotonic()
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE media SET question = 'q'"))
    took = time.monotonic() - started

    was_waiting = office.states() == ["waiting"]
    worker.join()
    assert was_waiting
    assert took < 0.5
    assert (office.states(), office.rows()[0].question) == (["kept"], "q")


# Several workers, and workers that die -----------------------------------------------------------------


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
