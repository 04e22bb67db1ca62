"""Asking residents whether an item is fixed: beginning, stopping. What they say stands on the item page."""

from typing import Any

from flask import flash, g, redirect, request, url_for

from admin.audit import note_item
from admin.item_roles import author
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.errors import Refused
from core.opinions.asking import CannotAsk, Question, ask_residents, stop_asking
from core.rectification.service import get_item

MAX_DIGITS = 4


def ask(number: int) -> Any:
    """Begin asking; what cannot be asked is said on the item's page."""
    try:
        with parts().writing() as writing:
            get_item(writing, number, author())
            ask_residents(writing, parts().keys, number, _question(), g.staff.staff_id, parts().clock())
            note_item(writing, number, "问群众办好了没有")
        flash("开始问了。那里的群众下次扫码或发消息，答完手上的问卷就会被问到，每人只问一次。")
    except Refused as error:
        flash(str(error))
    return redirect(url_for("item", number=number) + "#asked", code=303)


def stop(number: int, ask_id: int) -> Any:
    """Ask nobody any more."""
    with parts().writing() as writing:
        stop_asking(writing, number, ask_id, parts().clock())
        note_item(writing, number, "不再问群众")
    flash("停止了，不再问。已经答的都留着。")
    return redirect(url_for("item", number=number) + "#asked", code=303)


def _question() -> Question:
    form = request.form
    return Question(
        place_code=form.get("place", "")[:12],
        words=form.get("words", ""),
        days=_whole("days", "问几天"),
        least_no=_whole("least_no", "提议重开的人数"),
        least_share=_whole("least_share", "提议重开的比例") / 100,
    )


def _whole(name: str, what: str) -> int:
    given = request.form.get(name, "").strip().rstrip("%％天人")
    if not (given.isascii() and given.isdigit() and len(given) <= MAX_DIGITS):
        raise CannotAsk(f"{what}请填整数。")
    return int(given)


ROUTES = (
    Route("/items/<int:number>/ask", "item_ask", ask, OFFICE, methods=("POST",)),
    Route("/items/<int:number>/ask/<int:ask_id>/stop", "item_ask_stop", stop, OFFICE, methods=("POST",)),
)
