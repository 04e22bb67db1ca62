"""Two items side by side that may be the same matter: looked at once more before one goes into the other."""

from flask import render_template
from sqlalchemy.orm import Session

from admin.item_roles import author
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.clock import local_day
from core.errors import NotFound
from core.rectification.lists import assists_of
from core.rectification.service import get_item, known_subjects, possible_acts
from core.rectification.words import OPEN, Act, State


def compare(number: int, other: int) -> str:
    """Both, what merging would do, and a button for each way that is possible."""
    if number == other:
        raise NotFound("要看两条不同的事项。")
    with parts().reading() as connection, Session(bind=connection) as looking:
        (item, standing), (its, its_standing) = (
            get_item(looking, each, author()) for each in (number, other)
        )
        names = known_subjects(looking)
        assists = assists_of(looking, [number, other])
        looking.expunge_all()
    ways = [
        (gone, into)
        for gone, into, before in ((item, its, standing), (its, item, its_standing))
        if Act.MERGE in possible_acts(before, author()) and State(into.state) in OPEN
    ]
    return render_template(
        "item_same.html",
        pair=(item, its),
        ways=ways,
        names=names,
        assists=assists,
        today=local_day(parts().clock()),
    )


ROUTES = (Route("/items/<int:number>/same/<int:other>", "item_same", compare, OFFICE),)
