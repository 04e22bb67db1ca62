"""Fetching what people sent: over real HTTP, and what a platform or a stranger in its place may do."""

import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from core.media.fetching import LIFETIME
from core.media.reasons import Reason
from core.media.service import media_by_ids, undelivered
from simulator.serve import serving
from tests.media.office import VOICE, Office, Unwilling, photo, photo_of_a_phone


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
