"""Writing down what is looked at: before it is shown, so that nothing is seen that is not written down."""

from flask import g
from sqlalchemy.orm import Session

from admin.parts import parts
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.service import record


def note_item(writing: Session, number: int, what: str) -> None:
    """Whoever is signed in does this with a rectification item; its own log has the rest."""
    record(writing, Act.ITEM_CHANGED, g.staff.who, about("item", number), {"做法": what})


def note_view(act: Act, on: str = "", details: Details | None = None) -> None:
    """
    Whoever is signed in is about to see or take this; in a transaction of its own.

    What changes something calls `record(session, act, g.staff.who, …)` in the transaction of the change.
    """
    with parts().writing() as writing:
        record(writing, act, g.staff.who, on, details)
