"""
What a person's row still tells of rounds that are long over: taken out when they next speak.

A row that is never spoken to again is deleted (`core.upkeep`); of somebody who answers every year it would
otherwise name their responses of all years, and so join what each round hashes apart.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from core.conversation.person import Person
from core.rounds.catalog import Catalog

# After a round's end: long enough to hear what became of an opinion, and to have one's data deleted.
LINKS_LAST = timedelta(days=180)
# As long as an openid is kept for it at most.
WISHES_LAST = timedelta(days=365)


def without_old_rounds(person: Person, catalog: Catalog, now: datetime) -> Person:
    """
    The person without what ties them to rounds that ended `LINKS_LAST` ago; itself when there is none.

    What they broke off is not told apart by round, and goes with the first old round.
    """
    before = now - LINKS_LAST
    old = {each.id for each in catalog.rounds if each.closes_at < before and not _runs_in(person, each.id)}
    done = tuple(each for each in person.done if each.goal.round_id not in old)
    origins = {key: origin for key, origin in person.origins.items() if _round_of(key) not in old}
    wishes = tuple(each for each in person.wishes if each.said_at >= (now - WISHES_LAST).timestamp())
    if (len(done), len(origins), len(wishes)) == (len(person.done), len(person.origins), len(person.wishes)):
        return person
    is_over = (len(done), len(origins)) != (len(person.done), len(person.origins))
    broken_off = () if is_over else person.broken_off
    return replace(person, done=done, origins=origins, wishes=wishes, broken_off=broken_off)


def _runs_in(person: Person, round_id: int) -> bool:
    """Whether something of that round still waits to be broken off."""
    return any(run.goal.round_id == round_id for run in person.open_runs)


def _round_of(key: str) -> int:
    """The round of a `Goal.key`."""
    return int(key.partition("/")[0])
