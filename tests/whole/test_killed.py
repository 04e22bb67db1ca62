"""Killed like in a power cut, again and again: what was replied to is there, and nothing is there twice."""

import os
import random
import signal
import threading
import time

import pytest

from core.conversation.models import Delivery
from core.responses.models import Response
from tests.whole.answers import Plan, answer_all, answers_in
from tests.whole.platform import Resident, together
from tests.whole.server import Server
from tests.whole.site import SMALL_ROUND, Site

RESIDENTS = 16
KILLS = 3
# What a resident sends: `answer_all`, following included.
MESSAGES = 7
# A blow falls after so many messages at the earliest.
FIRST_BLOW = 8
WAIT_SECONDS = 90


def answered(residents: list[Resident]) -> int:
    return sum(len(resident.heard) for resident in residents)


def wait_until_answered(residents: list[Resident], messages: int) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while answered(residents) < messages:
        assert time.monotonic() < until
        time.sleep(0.002)


def blows(server: Server, residents: list[Resident], chance: random.Random) -> None:
    """Kill everything and start it again, at moments nobody could foresee."""
    # Counted from the beginning, not from the last blow: on a slow machine much is answered while the server
    # comes up, and nobody may wait for more messages than there are.
    for moment in sorted(chance.sample(range(FIRST_BLOW, RESIDENTS * (MESSAGES - 1)), KILLS)):
        wait_until_answered(residents, moment)
        server.kill()
        server.start()


def check_everything(site: Site, server: Server, residents: list[Resident], plans: list[Plan]) -> None:
    """Each resident's answers stand once, and each message is still answered as it was."""
    rows = {row["words"]: row for row in site.export(SMALL_ROUND)}
    assert {words: answers_in(row) for words, row in rows.items()} == {plan.words: plan.row for plan in plans}
    assert site.count(Response) == len(plans)
    for resident in residents:
        for push, reply in resident.heard:
            assert resident.deliver(push) == reply
    assert site.count(Delivery) == answered(residents)


@pytest.mark.parametrize("processes", [1, 2])
def test_no_answer_that_was_replied_to_is_lost_and_none_is_doubled(
    any_small_site: Site, processes: int
) -> None:
    site, plans = any_small_site, [Plan.of(number) for number in range(RESIDENTS)]
    with site.served(processes) as server:
        residents = [site.resident(server, f"kill{number}") for number in range(RESIDENTS)]
        walking = threading.Thread(
            target=together,
            args=[
                lambda resident=resident, plan=plan: answer_all(resident, plan)
                for resident, plan in zip(residents, plans, strict=True)
            ],
            kwargs={"timeout_seconds": WAIT_SECONDS},
            daemon=True,
        )
        walking.start()
        blows(server, residents, random.Random(processes))
        walking.join(WAIT_SECONDS)
        assert not walking.is_alive()

        check_everything(site, server, residents, plans)

    assert sum(resident.redelivered for resident in residents) > 0


def test_when_one_of_two_processes_dies_the_other_goes_on_and_a_new_one_comes(small_site: Site) -> None:
    plans = [Plan.of(number) for number in range(4)]
    with small_site.served(2) as server:
        residents = [small_site.resident(server, f"die{number}") for number in range(4)]
        dying = server.workers()[0].pid
        for resident, plan in zip(residents[:2], plans[:2], strict=True):
            answer_all(resident, plan)

        os.kill(dying, signal.SIGKILL)
        for resident, plan in zip(residents[2:], plans[2:], strict=True):
            answer_all(resident, plan)

        check_everything(small_site, server, residents, plans)
        until = time.monotonic() + WAIT_SECONDS
        while dying in (pids := {worker.pid for worker in server.workers()}) or len(pids) < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
