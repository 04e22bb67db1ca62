"""What a liaison or a county has to do about rectification items, for their first page."""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from core.people.reach import Reach
from core.people.roles import Role
from core.rectification.lists import Due, Wanted, count_items
from core.rectification.words import State


def own_todo(looking: Session, role: Role, reach: Reach, today: date) -> list[tuple[str, str]]:
    """(a sentence, the address of the items it is about), the most pressing first; of those they lead."""
    return [
        (f"{count}条{words}。", url_for("items", lead=reach.code, **narrowed))
        for words, wanted, narrowed in _asked(role, reach.code)
        if (count := count_items(looking, wanted, reach, today))
    ]


def _asked(role: Role, code: str) -> list[tuple[str, Wanted, dict[str, Any]]]:
    def state(words: str, asked: State) -> tuple[str, Wanted, dict[str, Any]]:
        return words, Wanted(lead=code, state=asked), {"state": asked.value}

    def due(words: str, asked: Due) -> tuple[str, Wanted, dict[str, Any]]:
        return words, Wanted(lead=code, due=asked), {"due": asked.value}

    if role == Role.COUNTY:
        return [state("申请销号，等县级核验", State.AT_COUNTY), due("已经超期", Due.OVERDUE)]
    return [
        due("已经超期", Due.OVERDUE),
        state("被退回，请看理由再办", State.RETURNED),
        due("7天内到期", Due.SOON),
        state("还没有领取", State.ASSIGNED),
    ]
