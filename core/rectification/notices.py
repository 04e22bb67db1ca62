"""
What others must be told of acts, read from the log. Sends nothing and remembers nothing.

Whoever sends reads the acts that took effect in a stretch of time, again and again with some overlap: the
act's number makes the key by which a message is written once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rectification.details import Details, load
from core.rectification.models import Item, ItemAct, ItemAssist
from core.rectification.words import Act, State
from core.rectification.workflow import ASSIGN_TELLS, RULES, Who


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    An act that somebody other than its author should hear of.

    `lead_codes` are the counties and units whose liaisons are told; `to_office` and `to_county` whether those
    who verify are (`county_code` says which county). `state` is the item's after the act.
    """

    act_id: int
    number: int
    act: Act
    state: State
    at: datetime
    effective_at: datetime
    details: Details
    lead_codes: tuple[str, ...]
    to_office: bool
    county_code: str


def notices_between(session: Session, after: datetime, until: datetime) -> Iterator[Notice]:
    """
    Acts that took effect after `after` and not later than `until`, oldest first.

    What was taken back is left out, and so is what nobody else needs to hear of.
    """
    undone = select(ItemAct.withdraws).where(ItemAct.withdraws.is_not(None))
    query = (
        select(ItemAct, Item.lead_code)
        .join(Item, Item.number == ItemAct.item_number)
        .where(
            ItemAct.effective_at > after,
            ItemAct.effective_at <= until,
            ItemAct.act.in_([act.value for act in _TELLS]),
            ItemAct.id.not_in(undone),
        )
        .order_by(ItemAct.effective_at, ItemAct.id)
    )
    assist = select(ItemAssist.code).order_by(ItemAssist.code)
    for row, lead_code in session.execute(query).all():
        act = Act(row.act)
        tells = _TELLS[act]
        is_checked_by_county = row.state == State.AT_COUNTY or act is Act.RECALL
        codes = [lead_code] if Who.LEAD in tells else []
        if Who.ASSIST in tells:
            codes += session.scalars(assist.where(ItemAssist.item_number == row.item_number))
        yield Notice(
            act_id=row.id,
            number=row.item_number,
            act=act,
            state=State(row.state),
            at=row.at,
            effective_at=row.effective_at,
            details=load(row.details),
            lead_codes=tuple(code for code in codes if code != row.author_code),
            to_office=Who.OFFICE in tells and not (act is Act.APPLY and is_checked_by_county),
            county_code=lead_code if Who.COUNTY in tells and is_checked_by_county else "",
        )


def _tells() -> dict[Act, frozenset[Who]]:
    """Who hears of each act, from the table of the workflow; acts nobody hears of are left out."""
    found: dict[Act, frozenset[Who]] = {Act.ASSIGN: ASSIGN_TELLS}
    for rule in RULES:
        if rule.tells:
            found[rule.act] = found.get(rule.act, frozenset()) | rule.tells
    return found


_TELLS = _tells()
