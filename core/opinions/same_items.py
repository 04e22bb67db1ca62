"""
Which open items most likely say the same as an item of their county or unit, or as an opinion: a suggestion;
a person decides. Alike is what `likeness` takes for it.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.opinions.likeness import MOST_COMPARED, Neighbours
from core.people.reach import Reach
from core.rectification.models import Item, ItemAssist
from core.rectification.store import within
from core.rectification.words import IN_HAND, OPEN

# More than one screen shows.
MOST_SHOWN = 5


def items_like(session: Session, item: Item, reach: Reach, limit: int = MOST_SHOWN) -> Sequence[Item]:
    """
    Open items with the same lead, or assisted by it, that say nearly what `item` says; the likest first.

    None for an item that is not in hand: only such a one can be merged into another.
    """
    if item.state not in {state.value for state in IN_HAND}:
        return []
    assisted = select(ItemAssist.item_number).where(ItemAssist.code == item.lead_code)
    theirs = or_(Item.lead_code == item.lead_code, Item.number.in_(assisted))
    return _like(session, item.text, limit, within(reach), theirs, Item.number != item.number)


def items_for(
    session: Session, words: str, known: Collection[int], limit: int = MOST_SHOWN
) -> Sequence[Item]:
    """
    Open items an opinion with these words may belong to: those that opinions like it became (`known`, by
    number), then those that say nearly the same.
    """
    there = session.scalars(select(Item).where(Item.number.in_(known), _IS_OPEN).order_by(Item.number)).all()
    return [*there, *_like(session, words, limit, Item.number.not_in(known))][:limit]


_IS_OPEN = Item.state.in_(sorted(state.value for state in OPEN))


def _like(session: Session, words: str, limit: int, *conditions: ColumnElement[bool]) -> Sequence[Item]:
    rows = session.execute(
        select(Item.number, Item.text)
        .where(_IS_OPEN, *conditions)
        .order_by(Item.number.desc())
        .limit(MOST_COMPARED)
    )
    neighbours = Neighbours.of((row.number, None, row.text) for row in rows)
    numbers = neighbours.all_like(words, limit)
    found = {each.number: each for each in session.scalars(select(Item).where(Item.number.in_(numbers)))}
    return [found[number] for number in numbers]
