"""Many residents at once over a wire that repeats itself: each leaves one response, exactly theirs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from simulator.wire import Push
from tests.whole.answers import Plan, answer_all, answers_in
from tests.whole.platform import Connection, Resident, together
from tests.whole.site import SMALL_ROUND, Site

RESIDENTS = 64
# Of a hundred messages so many are delivered twice at one instant, again right after, again much later.
TWICE, AGAIN, LATE = 15, 20, 10
# What a server process may take up with 64 connections, its share of libraries included.
MOST_BYTES = 150e6


@dataclass
class Repeated(Resident):
    """A resident whose messages come more than once; whatever comes again must be answered as at first."""

    chance: random.Random = field(default_factory=random.Random)
    repeats: int = 0

    def deliver(self, push: Push) -> str:
        """Deliver it, and perhaps again."""
        # Another connection, which another server process may take.
        second = Connection(self.account)
        if self._happens(TWICE):
            first_call, second_call = super().deliver, second.deliver
            replies = together(lambda: first_call(push), lambda: second_call(push))
        else:
            replies = [super().deliver(push)]
        if self._happens(AGAIN):
            replies.append(second.deliver(push))
        assert set(replies) == {replies[0]}
        if self.heard and self._happens(LATE):
            old, told = self.chance.choice(self.heard)
            assert second.deliver(old) == told
        second.close()
        return replies[0]

    def _happens(self, percent: int) -> bool:
        happens = self.chance.randrange(100) < percent
        self.repeats += happens
        return happens


def finish(resident: Repeated, plan: Plan) -> None:
    try:
        answer_all(resident, plan)
    finally:
        resident.hang_up()


def check(rows: Sequence[dict[str, str]], plans: Sequence[Plan]) -> None:
    """Each plan once, complete, and nothing else."""
    assert {row["status"] for row in rows} == {"complete"}
    found = sorted((answers_in(row) for row in rows), key=lambda row: row["words"])
    assert found == sorted((plan.row for plan in plans), key=lambda row: row["words"])


@pytest.mark.parametrize("processes", [1, 2])
def test_each_of_64_residents_leaves_one_response_with_exactly_the_answers_given(
    any_small_site: Site, processes: int
) -> None:
    site = any_small_site
    plans = [Plan.of(number) for number in range(RESIDENTS)]
    with site.served(processes) as server:
        residents = [
            Repeated(f"oMany{number:023d}", site.account(server), site.private, chance=random.Random(number))
            for number in range(RESIDENTS)
        ]
        together(
            *(
                lambda resident=resident, plan=plan: finish(resident, plan)  # type: ignore[misc]
                for resident, plan in zip(residents, plans, strict=True)
            )
        )
        workers = server.workers()
        assert len(workers) == processes
        assert max(worker.memory_info().rss for worker in workers) < MOST_BYTES

    assert sum(resident.repeats for resident in residents) > RESIDENTS
    check(site.export(SMALL_ROUND), plans)
