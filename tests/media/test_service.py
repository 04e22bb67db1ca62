"""What screens are given: a file by its key and nothing else, and the list of what could not be had."""

import pytest

from core.media.reasons import IN_WORDS, Reason
from core.media.receiving import key_of
from core.media.service import NoSuchMedia, OpenedMedia, count_undelivered, open_media, undelivered
from core.media.store import PLAYABLE
from tests.media.office import VOICE, Office, photo


def opened(office: Office, key: str) -> OpenedMedia:
    """The file behind a key."""
    with office.engine.connect() as connection:
        return open_media(connection, office.store, key)


@pytest.mark.parametrize(
    ("kind", "content", "extension", "mime"),
    [
        ("voice", VOICE, PLAYABLE, "audio/mpeg"),
        ("photo", photo(), "jpg", "image/jpeg"),
        ("photo", photo(file_format="PNG"), "png", "image/png"),
        ("photo", photo(file_format="GIF"), "png", "image/png"),
    ],
)
def test_a_kept_file_is_given_as_browsers_take_it(
    small_office: Office, kind: str, content: bytes, extension: str, mime: str
) -> None:
    media_id = small_office.receives(kind, content)
    small_office.fetches()

    found = opened(small_office, key_of(media_id))

    assert (found.mime, found.response_id) == (mime, None)
    assert found.path == small_office.store.path(small_office.row(media_id).sha256, extension)
    assert found.path.read_bytes()


@pytest.mark.parametrize(
    "key",
    ["", ".", "../../minyi.db", "..%2f..%2fminyi.db", "/etc/passwd", "a\x00b", "0" * 32, "%", "*", "键"],
)
def test_nothing_but_a_kept_files_key_opens_anything(small_office: Office, key: str) -> None:
    small_office.receives("photo", photo())
    small_office.fetches()

    with pytest.raises(NoSuchMedia):
        opened(small_office, key)


@pytest.mark.parametrize("sha256", ["", "..", "../" * 21 + "a", "A" * 64, "*" * 64, "0" * 63])
def test_the_path_of_a_file_is_made_of_a_hash_only(small_office: Office, sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        small_office.store.path(sha256, "jpg")


def test_what_waits_or_is_refused_or_vanished_from_the_disk_cannot_be_opened(small_office: Office) -> None:
    vanished = small_office.receives("photo", photo())
    refused = small_office.receives("photo", b"%PDF")
    small_office.fetches()
    small_office.files()[0].unlink()
    waiting = small_office.receives("photo", photo("green"))

    for media_id in (vanished, refused, waiting):
        with pytest.raises(NoSuchMedia):
            opened(small_office, key_of(media_id))


def test_what_could_not_be_had_is_listed_newest_first_a_page_at_a_time(office: Office) -> None:
    for number in range(5):
        office.receives("photo", b"%PDF")
        office.clock.advance(minutes=number)
    office.fetches()

    with office.engine.connect() as connection:
        everything = undelivered(connection)
        page = undelivered(connection, offset=2, limit=2)
        count = count_undelivered(connection)

    assert [item.received_at for item in everything] == sorted(
        (item.received_at for item in everything), reverse=True
    )
    assert (page, count) == (everything[2:4], 5)


def test_every_reason_has_its_words() -> None:
    assert set(IN_WORDS) == set(Reason)
