"""What people do with codes is counted once, for the code and the round it belongs to, and names nobody."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from core.conversation.incoming import Scanned, Scene
from core.conversation.sweeps import break_off_runs
from core.funnel.models import FunnelEventRow
from tests.turns.town import (
    DONGJIANG_BUS,
    PROSECUTORS,
    QINGYUAN,
    RESIDENTS,
    ROUND,
    UNITS,
    Town,
    shipped,
)

TABLE = FunnelEventRow.__table__


def events(town: Town) -> list[Row[Any]]:
    with town.engine.connect() as connection:
        return list(connection.execute(select(TABLE).order_by(TABLE.c.id)))


def kinds(town: Town) -> list[tuple[str, str]]:
    """Kind and scene of each event."""
    return [(event.kind, event.scene) for event in events(town)]


def test_a_new_follower_who_comes_by_a_code_and_finishes_is_four_events_of_that_code(town: Town) -> None:
    consent = town.follows("villager", DONGJIANG_BUS)
    town.goes_on("villager", consent)

    assert [event.kind for event in events(town)] == ["scan", "follow", "start", "complete"]
    for event in events(town):
        assert (event.round_id, event.owner, event.township) == (1, "451202", "451202101")
        assert (event.scene, event.material, event.question) == ("p_451202101_bus", "bus", "")
    assert len({event.person for event in events(town)}) == 1


def test_the_hour_is_that_of_clocks_in_shanghai(sqlite_town: Town) -> None:
    sqlite_town.scans("villager")  # 2026-12-01 09:00 in Shanghai, a Tuesday

    (event,) = events(sqlite_town)
    days, hour = divmod(event.hour, 24)
    assert hour == 9
    assert timedelta(days=days).days == 20788  # days from 1970-01-01 to 2026-12-01


def test_a_delivery_that_comes_again_is_counted_once(town: Town) -> None:
    delivery = town.delivery("villager", Scanned(QINGYUAN, QINGYUAN.raw))

    first = town.turns.take(delivery)
    again = town.turns.take(delivery)
    elsewhere = town.new_turns().take(delivery)

    assert first == again == elsewhere
    assert kinds(town) == [("scan", QINGYUAN.raw)]


def test_the_first_code_has_the_credit_and_the_second_only_its_scan(town: Town) -> None:
    town.begins("villager", QINGYUAN)
    town.scans("villager", DONGJIANG_BUS)
    town.goes_on("villager", town.says("villager", "接着答"))

    assert kinds(town) == [
        ("scan", QINGYUAN.raw),
        ("start", QINGYUAN.raw),
        ("scan", DONGJIANG_BUS.raw),
        ("complete", QINGYUAN.raw),
    ]


def test_a_units_code_belongs_to_the_unit_and_to_no_place(sqlite_town: Town) -> None:
    sqlite_town.answers_all("visitor", PROSECUTORS)

    assert [event.kind for event in events(sqlite_town)] == ["scan", "start", "complete"]
    assert {(event.owner, event.township, event.material) for event in events(sqlite_town)} == {
        ("U017", "", "bus")
    }


def test_a_countys_own_code_counts_for_no_township_but_the_county(sqlite_town: Town) -> None:
    sqlite_town.scans("villager", Scene("place", "451203", "", "p_451203"))

    (event,) = events(sqlite_town)
    assert (event.owner, event.township, event.material) == ("451203", "451203", "-")


def test_who_declines_has_refused_and_never_started(sqlite_town: Town) -> None:
    sqlite_town.taps("villager", sqlite_town.scans("villager"), "不参加")

    assert kinds(sqlite_town) == [("scan", QINGYUAN.raw), ("refused", QINGYUAN.raw)]


def test_starting_over_is_a_second_start_of_the_same_person(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.scans("villager")
    sqlite_town.goes_on("villager", sqlite_town.says("villager", "从头再来"))

    assert [kind for kind, _scene in kinds(sqlite_town)] == ["scan", "start", "scan", "start", "complete"]
    assert len({event.person for event in events(sqlite_town)}) == 1


def test_what_the_worker_breaks_off_is_counted_with_its_question(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "1")
    town.close()

    for _ in range(2):
        break_off_runs(town.engine, town.load_world, town.book, town.clock())

    last = events(town)[-1]
    (response,) = town.responses()
    assert [event.kind for event in events(town)] == ["scan", "start", "break_off"]
    assert last.question == f"{RESIDENTS}/{response.last_question}"
    assert (last.scene, last.round_id) == (QINGYUAN.raw, response.round_id)
    assert last.person == events(town)[0].person


def test_who_asks_to_be_left_alone_breaks_off_where_they_are(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "1", "退出")
    sqlite_town.says("villager", "2")

    assert [event.kind for event in events(sqlite_town)][-1] == "break_off"
    assert events(sqlite_town)[-1].question.startswith(f"{RESIDENTS}/")


def test_who_leaves_is_counted_for_the_code_that_brought_them(town: Town) -> None:
    town.follows("villager", DONGJIANG_BUS)
    town.leaves("villager")
    town.answers_all("other", PROSECUTORS)
    town.leaves("other")
    town.leaves("nobody we know")

    left = [(event.scene, event.round_id) for event in events(town) if event.kind == "unfollow"]
    assert left == [(DONGJIANG_BUS.raw, 1), (PROSECUTORS.raw, 1), ("", 1)]


def test_who_leaves_and_is_forgotten_is_counted_before(
    sqlite_town: Town,
) -> None:
    sqlite_town.erase_on_leaving = True
    sqlite_town.turns = sqlite_town.new_turns()
    sqlite_town.answers_all("villager", DONGJIANG_BUS)
    sqlite_town.leaves("villager")

    assert kinds(sqlite_town)[-1] == ("unfollow", DONGJIANG_BUS.raw)


def test_following_without_a_code_and_choosing_a_place_counts_for_the_place_and_no_code(
    sqlite_town: Town,
) -> None:
    sqlite_town.follows("villager")
    sqlite_town.says("villager", "庆远镇", "我愿意参加")

    follow, start = events(sqlite_town)
    assert (follow.kind, follow.owner, follow.scene, follow.material) == ("follow", "", "", "")
    assert (start.kind, start.owner, start.township, start.scene) == ("start", "451203", QINGYUAN.code, "")
    assert start.material == ""


def test_unknown_and_retired_codes_are_counted_by_what_stands_in_them(town: Town) -> None:
    town.scans("villager", None)
    town.hears("villager", Scanned(Scene("place", "451999999", "", "p_451999999"), "p_451999999"))
    town.hears("villager", Scanned(None, "x" * 200))

    assert [(event.kind, event.owner, event.scene) for event in events(town)] == [
        ("scan", "?", "x_1"),
        ("scan", "?", "p_451999999"),
        ("scan", "?", "x" * 64),
    ]
    assert {(event.round_id, event.material) for event in events(town)} == {(1, "?")}


def test_tokens_of_leaders_and_liaisons_are_not_counted(sqlite_town: Town) -> None:
    for kind, raw in (("slip", "s_secret"), ("bind", "b_secret")):
        sqlite_town.scans("leader", Scene(kind, "secret", "", raw))  # type: ignore[arg-type]
        sqlite_town.follows("leader", Scene(kind, "secret", "", raw))  # type: ignore[arg-type]

    assert events(sqlite_town) == []


def test_a_scan_while_nothing_is_open_belongs_to_no_round(town: Town) -> None:
    town.close(ROUND)
    town.scans("villager")

    (event,) = events(town)
    assert (event.round_id, event.kind, event.scene) == (0, "scan", QINGYUAN.raw)


def test_the_same_person_is_somebody_else_in_another_round_and_in_the_answers(bare_town: Town) -> None:
    for name, questionnaire in (("一", RESIDENTS), ("二", UNITS)):
        bare_town.load(questionnaire, shipped(questionnaire))
        bare_town.open(name, questionnaire)
    bare_town.answers_all("villager", QINGYUAN)
    bare_town.answers_all("villager", PROSECUTORS)

    by_round = {event.round_id: event.person for event in events(bare_town)}
    assert len(by_round) == 2
    assert len({*by_round.values(), *(row.account_hash for row in bare_town.responses())}) == 4


def test_deleting_ones_data_cuts_the_events_loose_and_keeps_one_person_one(town: Town) -> None:
    town.answers_all("villager", QINGYUAN)
    town.answers_all("other", QINGYUAN)
    before = {event.id: event.person for event in events(town)}
    mine, other = events(town)[0].person, events(town)[-1].person

    town.says("villager", "删除我的数据")
    town.says("villager", "1")

    after = {event.id: event.person for event in events(town)}
    assert mine not in after.values()
    assert [after[number] == other for number in before if before[number] == other] == [True] * 3
    assert len({after[number] for number in before if before[number] == mine}) == 1
    assert after.keys() == before.keys()


def test_a_turn_that_fails_counts_nothing(sqlite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> str:
        raise RuntimeError("no words")

    monkeypatch.setattr(sqlite_town, "_remember", fail)
    turns = sqlite_town.new_turns()
    with pytest.raises(RuntimeError, match="no words"):
        turns.take(sqlite_town.delivery("villager", Scanned(QINGYUAN, QINGYUAN.raw)))

    assert events(sqlite_town) == []
