"""What a turn notes of voices and photos: with consent only, at once, and no longer than the answers stay."""

from pathlib import Path

import pytest

from core.conversation.inputs import Input, Photo, Voice
from core.conversation.sweeps import break_off_runs
from core.media.fetching import fetch_due
from core.media.models import Media
from core.media.service import media_by_ids, media_of_response
from core.media.store import MediaStore
from core.media.sweeps import delete_forgotten, forget_orphans
from tests.media.office import Given, photo
from tests.turns.town import PROSECUTORS, Reply, Town

OPEN_QUESTION = "suggest"


def comes_to_the_open_question(town: Town, who: str = "villager") -> Reply:
    """Agree, and answer up to the question that takes voice and photos."""
    reply = town.begins(who)
    while reply[-1].key != OPEN_QUESTION:
        reply = town.says(who, "1")
    return reply


def finishes(town: Town, who: str = "villager") -> None:
    """Answer to the end."""
    town.goes_on(who, town.says(who, "下一步"))


def known(town: Town, *media_ids: str) -> list[str]:
    """How these stand; '' for what nobody knows."""
    with town.engine.connect() as connection:
        items = media_by_ids(connection, media_ids)
    return [items[each].state if each in items else "" for each in media_ids]


def store_of(town: Town) -> MediaStore:
    """Where the town keeps files."""
    return MediaStore(town.settings.var)


def fetch(town: Town, content: bytes) -> None:
    """The worker's job; the platform gives this for every id."""
    fetch_due(town.engine, store_of(town), Given(content), town.clock)


def files(town: Town) -> list[Path]:
    """Everything on the disk."""
    return [path for path in store_of(town).folder.rglob("*") if path.is_file()]


def test_what_is_sent_is_noted_at_once_and_belongs_to_the_response_in_the_end(town: Town) -> None:
    comes_to_the_open_question(town)
    town.speaks("villager", "voice-1")
    town.clock.advance(seconds=10)
    town.hears("villager", Photo("photo-1"))
    assert known(town, "voice-1", "photo-1") == ["waiting", "waiting"]

    finishes(town)

    (response,) = town.responses()
    with town.engine.connect() as connection:
        items = media_of_response(connection, response.id)
    assert [(item.kind, item.question, item.item) for item in items] == [
        ("voice", OPEN_QUESTION, ""),
        ("photo", OPEN_QUESTION, ""),
    ]
    assert {item.response_id for item in items} == {response.id}


@pytest.mark.parametrize("what", [Voice("m1"), Voice("m1", "听不清"), Photo("m1")])
def test_nothing_is_noted_before_consent(sqlite_town: Town, what: Input) -> None:
    sqlite_town.follows("villager")
    sqlite_town.hears("villager", what)
    sqlite_town.scans("villager")
    sqlite_town.hears("villager", what)

    assert sqlite_town.count(Media) == 0
    with sqlite_town.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT state FROM conversation").scalars().all()
        assert not any("m1" in state for state in stored)


@pytest.mark.parametrize("what", [Voice("m1"), Voice("m1", "满意"), Photo("m1")])
def test_nothing_is_noted_where_it_is_no_answer(sqlite_town: Town, what: Input) -> None:
    sqlite_town.begins("villager")

    sqlite_town.hears("villager", what)

    assert sqlite_town.count(Media) == 0


def test_a_photo_too_many_is_not_noted(sqlite_town: Town) -> None:
    comes_to_the_open_question(sqlite_town)

    for number in range(12):
        sqlite_town.hears("villager", Photo(f"p{number}"))

    assert 1 <= sqlite_town.count(Media) < 12


def test_who_stops_half_way_finds_their_voice_fetched(town: Town) -> None:
    comes_to_the_open_question(town)
    town.hears("villager", Photo("photo-1"))
    fetch(town, photo())
    town.clock.advance(days=20)
    assert forget_orphans(town.engine, town.clock()) == 0

    finishes(town)

    (response,) = town.responses()
    with town.engine.connect() as connection:
        (item,) = media_of_response(connection, response.id)
    assert (item.state, item.size_bytes) == ("kept", files(town)[0].stat().st_size)


def test_what_waits_on_the_shelf_is_not_an_orphan(sqlite_town: Town) -> None:
    comes_to_the_open_question(sqlite_town)
    sqlite_town.hears("villager", Photo("photo-1"))
    sqlite_town.says("villager", "1")
    reply = sqlite_town.scans("villager", PROSECUTORS)
    sqlite_town.taps("villager", reply, "去答新的")

    sqlite_town.clock.advance(days=2)

    assert forget_orphans(sqlite_town.engine, sqlite_town.clock()) == 0


def test_what_was_taken_back_goes_after_a_day(town: Town) -> None:
    reply = comes_to_the_open_question(town)
    reply = town.hears("villager", Photo("photo-1"))
    fetch(town, photo())
    town.taps("villager", reply, "重写")
    assert forget_orphans(town.engine, town.clock()) == 0

    town.clock.advance(days=1, seconds=1)
    assert forget_orphans(town.engine, town.clock()) == 1

    assert delete_forgotten(town.engine, store_of(town)) == 1
    assert (town.count(Media), files(town)) == (0, [])


def test_a_questionnaire_that_was_broken_off_keeps_what_was_answered(sqlite_town: Town) -> None:
    comes_to_the_open_question(sqlite_town)
    sqlite_town.hears("villager", Photo("photo-1"))
    sqlite_town.says("villager", "下一步")
    sqlite_town.close()
    break_off_runs(sqlite_town.engine, sqlite_town.load_world, sqlite_town.book, sqlite_town.clock())
    sqlite_town.clock.advance(days=2)

    assert forget_orphans(sqlite_town.engine, sqlite_town.clock()) == 0

    assert sqlite_town.statuses() == ["break_off"]
    assert known(sqlite_town, "photo-1") == ["waiting"]


def hands_in(town: Town, who: str, media_id: str) -> None:
    """Answer everything, with this photo."""
    comes_to_the_open_question(town, who)
    town.hears(who, Photo(media_id))
    finishes(town, who)


def test_deleting_ones_data_deletes_the_files_too(town: Town) -> None:
    hands_in(town, "villager", "photo-1")
    fetch(town, photo())
    (response,) = town.responses()

    town.says("villager", "删除我的数据", "1")

    assert known(town, "photo-1") == [""]
    with town.engine.connect() as connection:
        assert media_of_response(connection, response.id) == []
    assert delete_forgotten(town.engine, store_of(town)) == 1
    assert (town.count(Media), files(town)) == (0, [])


def test_a_file_others_sent_as_well_stays_for_them(town: Town) -> None:
    hands_in(town, "villager", "photo-1")
    hands_in(town, "neighbour", "photo-2")
    fetch(town, photo())

    town.says("villager", "删除我的数据", "1")
    delete_forgotten(town.engine, store_of(town))
    assert (known(town, "photo-1", "photo-2"), len(files(town))) == (["", "kept"], 1)

    town.says("neighbour", "删除我的数据", "1")
    delete_forgotten(town.engine, store_of(town))
    assert files(town) == []


def test_deleting_ones_data_takes_along_what_was_not_handed_in(town: Town) -> None:
    comes_to_the_open_question(town)
    town.hears("villager", Photo("fetched"))
    fetch(town, photo())
    town.hears("villager", Photo("waiting"))

    reply = town.says("villager", "删除我的数据")
    for _ in range(2):  # inside an open question the word is asked about first
        reply = town.says("villager", "1")

    assert reply
    assert known(town, "fetched", "waiting") == ["", ""]
    delete_forgotten(town.engine, store_of(town))
    assert (town.count(Media), files(town)) == (0, [])


def test_what_is_forgotten_while_it_is_fetched_is_not_kept(town: Town) -> None:
    hands_in(town, "villager", "photo-1")

    class Meanwhile(Given):
        def fetch(self, media_id: str, take: object) -> None:
            town.says("villager", "删除我的数据", "1")
            super().fetch(media_id, take)

    counts = fetch_due(town.engine, store_of(town), Meanwhile(photo()), town.clock)

    assert counts == {"dropped": 1}
    assert (town.count(Media), files(town)) == (0, [])


def test_a_redelivered_photo_is_one(town: Town) -> None:
    comes_to_the_open_question(town)
    delivery = town.delivery("villager", Photo("photo-1"))

    assert town.turns.take(delivery) == town.turns.take(delivery)

    assert town.count(Media) == 1
