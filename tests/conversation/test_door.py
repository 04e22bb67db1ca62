"""Who may wait for a turn under overload, and who is turned away."""

from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from core.conversation.door import FEW_WAITING, PATIENCE_SECONDS, Caller, Door
from core.conversation.incoming import Followed, Happening, Incoming, Left, Nothing, Scanned
from core.conversation.inputs import Said, Tapped
from core.errors import Busy
from tests.hand_clock import HandClock

MOST = 20


@dataclass
class Queue:
    """As many wait, and as long, as the test says."""

    waiting: int = 0
    seconds: float = 0.0

    def __len__(self) -> int:
        """How many wait."""
        return self.waiting

    def longest_wait_seconds(self) -> float:
        """How long the first has waited."""
        return self.seconds


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def door(queue: Queue, clock: HandClock) -> Door:
    return Door(queue, MOST, clock)


def caller(
    clock: HandClock, key: str = "k", *, age: int = 0, what: Happening | None = None, arrived: float = 0.0
) -> Caller:
    created_at = int(clock().timestamp()) - age
    return Caller(Incoming("o", key, f"1:{key}", created_at, what or Said("1")), f"person {key}", arrived)


def is_let_in(door: Door, who: Caller) -> bool:
    try:
        with door.entered(who):
            return True
    except Busy:
        return False


def test_words_wait_while_there_is_room(door: Door, queue: Queue, clock: HandClock) -> None:
    queue.waiting, queue.seconds = MOST - 1, PATIENCE_SECONDS

    assert is_let_in(door, caller(clock))


@pytest.mark.parametrize("what", [Said("1"), Tapped(1, 1, 1, 1, "满意")])
def test_words_and_taps_are_shed_where_too_many_wait(
    what: Happening, door: Door, queue: Queue, clock: HandClock
) -> None:
    queue.waiting = MOST

    assert not is_let_in(door, caller(clock, what=what))
    assert door.shed == 1


def test_words_are_shed_where_many_wait_too_long(door: Door, queue: Queue, clock: HandClock) -> None:
    queue.waiting, queue.seconds = FEW_WAITING + 1, PATIENCE_SECONDS + 0.1

    assert not is_let_in(door, caller(clock))


def test_a_few_may_wait_however_long(door: Door, queue: Queue, clock: HandClock) -> None:
    queue.waiting, queue.seconds = FEW_WAITING, 60

    assert is_let_in(door, caller(clock))


@pytest.mark.parametrize("what", [Followed(), Scanned(None), Left(), Nothing()])
def test_events_are_never_shed(what: Happening, door: Door, queue: Queue, clock: HandClock) -> None:
    queue.waiting, queue.seconds = MOST * 10, 60

    assert is_let_in(door, caller(clock, what=what))


def test_a_redelivery_of_what_waits_here_waits_too(door: Door, queue: Queue, clock: HandClock) -> None:
    with door.entered(caller(clock, "first")):
        queue.waiting, queue.seconds = MOST, 60

        assert is_let_in(door, caller(clock, "first"))
        assert not is_let_in(door, caller(clock, "another"))

    assert not is_let_in(door, caller(clock, "first"))


def test_a_message_old_enough_to_wait_in_another_process_is_not_shed(
    door: Door, queue: Queue, clock: HandClock
) -> None:
    queue.waiting, queue.seconds = MOST, 60

    assert is_let_in(door, caller(clock, age=5))
    assert not is_let_in(door, caller(clock, age=2))


def test_a_clock_that_is_wrong_does_not_open_the_door_for_good(
    door: Door, queue: Queue, clock: HandClock
) -> None:
    queue.waiting = 2 * MOST

    with ExitStack() as inside, pytest.raises(Busy):
        inside.enter_context(door.entered(caller(clock, age=3600)))


def test_who_was_shed_is_told_once_and_again_when_it_could_not_be_written(
    door: Door, queue: Queue, clock: HandClock
) -> None:
    queue.waiting = MOST
    is_let_in(door, caller(clock, "a", arrived=1.0))
    taken = door.take_shed()
    is_let_in(door, caller(clock, "b", arrived=2.0))

    door.give_back_shed(taken)

    assert dict(door.take_shed()) == {"person a": 1.0, "person b": 2.0}
    assert not door.take_shed()
