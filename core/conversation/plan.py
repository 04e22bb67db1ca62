"""
The way through a questionnaire for one run: which slots can come up at all, in which order, and their count.

What depends on subject, source and channel is decided here, once; what depends on answers is left as
conditions on each stop. Runs that agree in those share one plan.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from core.conversation.layout import Element, Slot, Words
from core.questionnaires.conditions import SURROUNDINGS, Condition, Literals, decide, ids


@dataclass(frozen=True, slots=True)
class Stop:
    """
    A slot on the way. `conditions` hang on answers; () means it always comes up.

    `number` is its place in the count, None when it is not counted; `shown` the number that is shown with
    it, which for a follow-up is that of the question it follows.
    """

    slot: Slot
    position: int
    conditions: tuple[Condition, ...]
    notes: tuple[Words, ...]
    number: int | None
    shown: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """
    `stops` in the order of this run; `positions` by slot key; `affected` lists for each slot key the
    positions whose conditions name it. `count` is the n of k/n. `last_words` come after the last question.
    """

    stops: tuple[Stop, ...]
    positions: dict[str, int]
    affected: dict[str, tuple[int, ...]]
    count: int
    last_words: tuple[Words, ...]

    def stop(self, key: str) -> Stop | None:
        """The stop of a slot, or None when it cannot come up in this run."""
        position = self.positions.get(key)
        return None if position is None else self.stops[position]


def make_plan(
    elements: Iterable[Element],
    surroundings: Mapping[str, str],
    orders: Mapping[str, tuple[str, ...]],
) -> Plan:
    """
    Plan a run. `surroundings` gives `subject.kind`, `source.kind` and `channel`; `orders` the order of
    shuffled repeats (items it does not know come last).
    """

    def lookup(name: str) -> tuple[Literals, ...]:
        return (surroundings[name],)

    ways: list[tuple[Slot, tuple[Condition, ...], tuple[Words, ...]]] = []
    notes: list[Words] = []
    for element in _in_order(elements, orders):
        conditions = _left_open(element.conditions, lookup)
        if conditions is None:
            continue
        if isinstance(element, Words):
            notes.append(Words(element.text, conditions))
        else:
            ways.append((element, conditions, tuple(notes)))
            notes = []
    return _counted(ways, tuple(notes))


def _in_order(elements: Iterable[Element], orders: Mapping[str, tuple[str, ...]]) -> Iterable[Element]:
    for repeat, block in groupby(elements, key=lambda element: element.repeat):
        order = orders.get(repeat)
        if order is None:
            yield from block
            continue
        rank = {code: i for i, code in enumerate(order)}
        yield from sorted(block, key=lambda element: rank.get(element.item, len(rank)))


def _left_open(
    conditions: tuple[Condition, ...], lookup: Callable[[str], tuple[Literals, ...]]
) -> tuple[Condition, ...] | None:
    """The conditions that answers decide, or None when one that they do not decide fails."""
    open_: list[Condition] = []
    for condition in conditions:
        if not ids(condition).issubset(SURROUNDINGS):
            open_.append(condition)
        elif not decide(condition, lookup):
            return None
    return tuple(open_)


def _counted(
    ways: list[tuple[Slot, tuple[Condition, ...], tuple[Words, ...]]], last_words: tuple[Words, ...]
) -> Plan:
    sure = [slot for slot, conditions, _ in ways if not conditions and slot.kind.counts]
    required = [slot for slot in sure if slot.question.required]
    numbers = {slot.key: i for i, slot in enumerate(required or sure, start=1)}
    count = len(numbers)
    stops: list[Stop] = []
    affected: dict[str, list[int]] = {}
    last: int | None = None
    for position, (slot, conditions, notes) in enumerate(ways):
        number = numbers.get(slot.key)
        last = number or last
        if number is None and not conditions and last == count:
            # Past the last counted question; a number would say there is nothing left.
            last = None
        stops.append(Stop(slot, position, conditions, notes, number, last))
        for key in frozenset().union(*map(ids, conditions)):
            affected.setdefault(key, []).append(position)
    return Plan(
        stops=tuple(stops),
        positions={stop.slot.key: stop.position for stop in stops},
        affected={key: tuple(found) for key, found in affected.items()},
        count=count,
        last_words=last_words,
    )
