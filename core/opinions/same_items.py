"""
Which open items of a county or unit most likely say the same: a suggestion; whether they are merged, a person
decides. Alike is what `likeness` takes for it.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select
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
    rows = session.execute(
        select(Item.number, Item.text)
        .where(
            within(reach),
            or_(Item.lead_code == item.lead_code, Item.number.in_(assisted)),
            Item.state.in_(sorted(state.value for state in OPEN)),
            Item.number != item.number,
        )
        .order_by(Item.number.desc())
        .limit(MOST_COMPARED)
    )
    neighbours = Neighbours.of((row.number, None, row.text) for row in rows)
    numbers = neighbours.all_like(item.text, limit)
    found = {each.number: each for each in session.scalars(select(Item).where(Item.number.in_(numbers)))}
    return [found[number] for number in numbers]
