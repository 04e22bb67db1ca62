"""From handed in to the urn: batches, crashes, lost keys, and what is left behind."""

import os
import threading
import time
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.ballots import mixing
from core.ballots.box import seed_from
from core.ballots.contents import Cast, cast_of, read_ballot
from core.ballots.draft_keys import DraftKeys
from core.ballots.drafts import hand_in
from core.ballots.errors import AlreadyUsed
from core.ballots.mixing import ENOUGH, LEAST
from core.ballots.models import BallotBox, BallotDraft, DeadKey, Slip, UrnBallot
from core.ballots.sealing import unseal
from core.ballots.slips import count_slips, count_waiting
from tests.ballots.hall import Hall


def opened(hall: Hall) -> list[Cast]:
    """What is in the urn, with two witnesses' shares."""
    with Session(hall.engine) as session:
        box = session.get_one(BallotBox, hall.round_id)
        key = seed_from(box, [hall.shares[0].share, hall.shares[2].share]).private_key
        return [read_ballot(unseal(row, key)) for row in session.scalars(select(UrnBallot.sealed))]


def test_ballots_wait_until_twenty_are_there_and_are_mixed_then(hall: Hall) -> None:
    hall.casts_many(ENOUGH - 1)
    assert hall.mix().mixed == 0
    assert hall.count(UrnBallot) == 0

    hall.casts_many(1, first=100)

    assert hall.mix().mixed == ENOUGH
    assert hall.count(UrnBallot) == ENOUGH
    assert hall.count(BallotDraft) == 0
    assert hall.key_files() == set()
    assert hall.count(DeadKey) == 0


def test_what_comes_out_is_what_went_in_each_once(hall: Hall) -> None:
    hall.casts_many(ENOUGH)
    hall.mix()

    wanted = [_codes(cast_of(hall.filled(seed))) for seed in range(ENOUGH)]
    assert sorted(_codes(cast) for cast in opened(hall)) == sorted(wanted)


def _codes(cast: Cast) -> str:
    return " ".join(f"{key}={answer.codes}" for key, answer in sorted(cast.answers.items()) if answer.codes)


def test_every_ballot_in_the_urn_is_equally_long(hall: Hall) -> None:
    slips = hall.slips(ENOUGH)
    for number, slip in enumerate(slips):
        hall.casts(f"person {number}", slip, hall.filled(number, comment="路" * (number * 15)))
    hall.mix()

    with hall.engine.connect() as connection:
        lengths = {len(sealed) for sealed in connection.scalars(select(UrnBallot.sealed))}
    assert len(lengths) == 1


@pytest.mark.parametrize("count", [LEAST, ENOUGH - 1])
def test_after_closing_the_rest_is_mixed(hall: Hall, count: int) -> None:
    hall.casts_many(count)
    hall.close()

    assert hall.mix().mixed == count
    assert hall.count(UrnBallot) == count


def test_fewer_than_ten_at_closing_are_held_back(hall: Hall) -> None:
    hall.casts_many(LEAST - 1)
    hall.close()

    outcome = hall.mix()

    assert (outcome.mixed, outcome.held_back) == (0, LEAST - 1)
    assert hall.count(UrnBallot) == 0
    with hall.engine.connect() as connection:
        assert count_waiting(connection, hall.round_id) == LEAST - 1


def test_a_handed_in_row_has_no_holder_slip_or_time(hall: Hall) -> None:
    hall.casts_many(1)

    with hall.engine.connect() as connection:
        row = connection.execute(select(BallotDraft.__table__)).one()
        assert count_slips(connection, hall.round_id) == (10, 1)
    assert (row.holder, row.slip, row.touched_at) == (None, None, None)


def test_of_two_phones_with_one_slip_the_first_to_hand_in_counts(hall: Hall) -> None:
    slip = hall.slips(10)[0]
    first, second = hall.begins("first", slip), hall.begins("second", slip)
    cast = cast_of(hall.filled(1))

    with hall.engine.begin() as connection:
        hand_in(connection, hall.keys, hall.sizes, second, cast)
    with pytest.raises(AlreadyUsed), hall.engine.begin() as connection:
        hand_in(connection, hall.keys, hall.sizes, first, cast)

    with hall.engine.connect() as connection:
        assert count_slips(connection, hall.round_id)[1] == count_waiting(connection, hall.round_id) == 1


def test_two_phones_handing_in_at_the_same_moment_leave_one_ballot(postgres_hall: Hall) -> None:
    hall = postgres_hall
    slip = hall.slips(10)[0]
    held = [hall.begins(f"phone {n}", slip) for n in range(4)]
    cast, outcomes = cast_of(hall.filled(1)), []
    start = threading.Barrier(len(held))

    def hand(one: Any) -> None:
        start.wait()
        try:
            with hall.engine.begin() as connection:
                hand_in(connection, hall.keys, hall.sizes, one, cast)
            outcomes.append("in")
        except AlreadyUsed:
            outcomes.append("used")

    threads = [threading.Thread(target=hand, args=(one,)) for one in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["in", "used", "used", "used"]


def test_two_mixers_at_once_mix_each_ballot_once(postgres_hall: Hall) -> None:
    hall = postgres_hall
    hall.casts_many(ENOUGH)
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(hall.mix().mixed)) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(done) == [0, 0, ENOUGH]
    assert hall.count(UrnBallot) == ENOUGH


class PowerCut(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", ["put_into_urn", "doom"])
def test_a_crash_before_the_commit_leaves_all_waiting_with_their_keys(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    hall.casts_many(ENOUGH)
    keys_before = hall.key_files()
    real = getattr(mixing, step)

    def cut(*given: Any) -> None:
        real(*given)
        raise PowerCut

    monkeypatch.setattr(mixing, step, cut)
    with pytest.raises(PowerCut):
        hall.mix()
    monkeypatch.undo()

    assert hall.count(UrnBallot) == 0
    assert hall.count(BallotDraft) == ENOUGH
    assert hall.key_files() == keys_before
    assert hall.mix().mixed == ENOUGH


@pytest.mark.parametrize("destroyed", [0, 7])
def test_a_crash_after_the_commit_is_finished_at_the_next_start(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, destroyed: int
) -> None:
    hall.casts_many(ENOUGH)
    shred = DraftKeys.destroy

    def cut(keys: DraftKeys, names: Any) -> None:
        shred(keys, list(names)[:destroyed])
        raise PowerCut

    monkeypatch.setattr(DraftKeys, "destroy", cut)
    with pytest.raises(PowerCut):
        mixing.mix_due(hall.engine, hall.keys, hall.clock())
    monkeypatch.undo()
    assert hall.count(UrnBallot) == ENOUGH
    assert len(hall.key_files()) == ENOUGH - destroyed

    mixing.finish(hall.engine, hall.keys, hall.clock())

    assert hall.key_files() == set()
    assert hall.count(DeadKey) == 0
    assert hall.count(UrnBallot) == ENOUGH


def test_a_stray_key_of_a_turn_that_failed_is_destroyed_after_an_hour(hall: Hall) -> None:
    stray, _ = hall.keys.new()
    held = hall.begins("somebody", hall.slips(10)[0])

    mixing.finish(hall.engine, hall.keys, hall.clock())
    assert hall.key_files() == {stray, held.key_name}
    for name in (stray, held.key_name):
        os.utime(hall.var / "ballot-keys" / name, (time.time() - 4000,) * 2)
    mixing.finish(hall.engine, hall.keys, hall.clock())

    assert hall.key_files() == {held.key_name}


def test_a_lost_key_costs_its_own_ballot_and_no_other(hall: Hall) -> None:
    hall.casts_many(ENOUGH + 1)
    hall.keys.destroy([sorted(hall.key_files())[0]])

    outcome = hall.mix()

    assert (outcome.mixed, outcome.lost) == (ENOUGH, 1)
    assert hall.count(BallotDraft) == 1


def test_a_draft_is_kept_for_a_week_and_then_gone_with_its_key(hall: Hall) -> None:
    slip = hall.slips(10)[0]
    hall.begins("somebody", slip, hall.filled(3))

    hall.clock.advance(days=6, hours=23)
    hall.mix()
    found = hall.draft_of("somebody")
    assert found is not None
    assert found.ballot == hall.filled(3)

    hall.clock.advance(hours=2)
    hall.mix()
    assert hall.draft_of("somebody") is None
    assert hall.key_files() == set()
    with hall.engine.connect() as connection:
        assert connection.scalar(select(Slip.used).where(Slip.hash == hall.hasher.slip(slip))) is False


def test_the_folder_of_keys_says_that_it_belongs_into_no_backup(hall: Hall) -> None:
    hall.keys.new()

    assert (hall.var / "ballot-keys" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")
    assert (hall.var / "ballot-keys").stat().st_mode & 0o077 == 0


def test_the_database_alone_cannot_read_a_draft(hall: Hall) -> None:
    hall.begins("somebody", hall.slips(10)[0], hall.filled(3))
    hall.keys.destroy(hall.key_files())

    found = hall.draft_of("somebody")

    assert found is not None
    assert found.ballot is None


def test_slips_are_not_touched_by_a_mix(hall: Hall) -> None:
    hall.casts_many(ENOUGH)
    with hall.engine.connect() as connection:
        before = count_slips(connection, hall.round_id)

    hall.mix()

    with hall.engine.begin() as connection:
        assert count_slips(connection, hall.round_id) == before
        connection.execute(delete(UrnBallot))
