"""One page for one county or unit, to print and to hand over."""

import io
from typing import Any

from flask import g, send_file
from sqlalchemy.orm import Session

from admin.audit import note_view
from admin.downloads import dated_name
from admin.item_roles import ITEM_LOOKERS
from admin.parts import parts
from admin.routes import Route
from core.audit.acts import Act, about
from core.clock import local_day
from core.errors import NotFound
from core.rectification.figures import figures_by_unit, total
from core.rectification.lists import Wanted, list_items
from core.rectification.service import known_subjects


def pdf(code: str) -> Any:
    """The page; of one's own county or unit alone, where the reach is limited."""
    now = parts().clock()
    reach = g.staff.reach
    with parts().reading() as connection, Session(bind=connection) as looking:
        name = known_subjects(looking).get(code)
        if name is None or (not reach.is_all and reach.code != code):
            raise NotFound("没有这个县（区）或单位，或者它不归您看。")
        today = local_day(now)
        own = [line for line in figures_by_unit(looking, reach, today) if line.code == code]
        items = list_items(looking, Wanted(is_open=True, lead=code), reach, today)
        looking.expunge_all()
    # Typst is large; only who wants a page on paper loads it.
    from admin.unit_page import unit_page

    note_view(Act.LIST_EXPORTED, about("unit", code), {"表": f"{name}整改情况"})
    content = unit_page(name, total(own), items, parts().settings.office, now, today)
    sent = send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=dated_name(f"{name}整改情况", "pdf"),
    )
    sent.headers["Cache-Control"] = "no-store"
    return sent


ROUTES = (Route("/items/units/<code>/pdf", "item_unit_pdf", pdf, ITEM_LOOKERS),)
