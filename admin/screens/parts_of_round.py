"""How many answered, place by place and unit by unit: three tables of one kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection

from admin.filters import PAGE_SIZE, View, judges_units, read_choice, read_page, read_view
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.people.roles import Role
from core.places.gazetteer import Gazetteer
from core.reports.progress import Part, by_county, by_township, by_unit, in_all
from core.reports.scope import Scope

COLUMNS: dict[str, tuple[str, Callable[[Part], Any]]] = {
    "name": ("", lambda part: part.name),
    "complete": ("完整交上", lambda part: part.ended.complete),
    "break_off": ("中途退出", lambda part: part.ended.break_off),
    "refused": ("不同意参加", lambda part: part.ended.refused),
    "total": ("合计", lambda part: part.ended.total),
    "complete_share": ("完成率", lambda part: part.ended.complete_share or 0.0),
}
ORDERS = ("asc", "desc")


@dataclass(frozen=True, slots=True)
class Table:
    """One of the three. `narrows`: the filter a line's link sets; `below`: the page it leads to."""

    title: str
    head: str
    read: Callable[[Connection, Scope, Gazetteer], list[Part]]
    narrows: str
    below: str


TABLES = {
    "counties": Table("各县（区）交了多少", "县（区）", by_county, "county", "townships"),
    "townships": Table("各乡镇（街道）交了多少", "乡镇（街道）", by_township, "township", "answers"),
    "units": Table("各单位收到多少评价", "单位", by_unit, "unit", "answers"),
}


def counties(round_id: int) -> str:
    """County by county."""
    return _show("counties", round_id)


def townships(round_id: int) -> str:
    """Township by township."""
    return _show("townships", round_id)


def units(round_id: int) -> str:
    """Unit by unit."""
    return _show("units", round_id)


def _show(name: str, round_id: int) -> str:
    table = TABLES[name]
    sort = read_choice(request.args, "sort", COLUMNS, "排序")
    order = read_choice(request.args, "order", ORDERS, "顺序") or "desc"
    page = read_page(request.args)
    with parts().reading() as connection:
        view = read_view(parts().catalog(connection), round_id, request.args)
        lines = table.read(connection, view.scope, view.gazetteer)
        whole = in_all(connection, view.scope)
    if sort:
        lines.sort(key=COLUMNS[sort][1], reverse=order == "desc")
        lines.sort(key=lambda part: not part.code)  # what belongs nowhere stays at the end
    paging = Paging(page, len(lines), PAGE_SIZE * 2)
    return render_template(
        "parts.html",
        view=view,
        table=table,
        name=name,
        lines=lines[paging.offset : paging.offset + paging.size],
        whole=whole,
        columns={key: title or table.head for key, (title, _value) in COLUMNS.items()},
        sort=sort,
        order=order,
        paging=paging,
        below_args=_below(view) if table.narrows == "unit" else {},
    )


def _below(view: View) -> dict[str, str]:
    """A unit's line leads to the questionnaire that judges units, not to the round's first."""
    judging = [each for each in view.questionnaires if judges_units(each)]
    return {"questionnaire": judging[0].id} if judging and view.questionnaire is None else {}


ROUTES = (
    Route("/rounds/<int:round_id>/counties", "counties", counties, LOOKERS),
    Route("/rounds/<int:round_id>/townships", "townships", townships, LOOKERS | {Role.COUNTY}),
    Route("/rounds/<int:round_id>/units", "units", units, LOOKERS),
)
