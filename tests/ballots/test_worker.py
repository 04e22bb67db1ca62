"""The worker's job: what a crash left is finished when it starts, and what is due is mixed."""

from collections.abc import Callable

import pytest
from huey import MemoryHuey

from cli.ballot_jobs import schedule_ballots
from core.ballots import mixing
from core.ballots.models import DeadKey, UrnBallot
from tests.ballots.hall import Hall


def jobs_of(queue: MemoryHuey) -> dict[str, Callable[[], None]]:
    """The periodic jobs by name."""
    return {name.rpartition(".")[2]: kind for name, kind in queue._registry._registry.items()}


def test_the_worker_mixes_when_it_starts_and_each_minute(hall: Hall) -> None:
    hall.casts_many(20)
    queue = MemoryHuey("test", immediate=True)

    schedule_ballots(queue, hall.engine, hall.settings, hall.clock)

    assert hall.count(UrnBallot) == 20
    assert hall.key_files() == set()
    assert "mix_ballots" in jobs_of(queue)


def test_a_worker_that_starts_after_a_crash_destroys_the_keys_of_what_was_mixed(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.casts_many(20)
    monkeypatch.setattr(mixing, "_destroy_dead", lambda *_given: None)
    mixing.mix_due(hall.engine, hall.keys, hall.clock())
    monkeypatch.undo()
    assert len(hall.key_files()) == hall.count(DeadKey) == 20

    schedule_ballots(MemoryHuey("test", immediate=True), hall.engine, hall.settings, hall.clock)

    assert hall.key_files() == set()
    assert hall.count(DeadKey) == 0
