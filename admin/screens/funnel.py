"""Which codes bring people who finish: a table by county, township, unit, code or material; and as a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from admin.audit import note_view
from admin.downloads import TYPES, make_download
from admin.error_pages import BadFilter
from admin.filters import PAGE_SIZE, read_choice, read_page
from admin.funnel_view import READERS, FunnelView, funnel_view
from admin.paging import Paging
from admin.routes import Route
from core.audit.acts import Act, about
from core.funnel.events import UNKNOWN, Kind
from core.funnel.export import export_funnel
from core.funnel.reading import Line

COLUMNS = (
    (Kind.SCAN, "扫码"),
    (Kind.FOLLOW, "新关注"),
    (Kind.START, "开始作答"),
    (Kind.COMPLETE, "完成"),
    (Kind.BREAK_OFF, "中途退出"),
    (Kind.REFUSED, "不同意参加"),
    (Kind.UNFOLLOW, "取消关注"),
)
COMPLETION, NAME = "completion", "name"


def _by_people(kind: Kind) -> Callable[[tuple[str, Line]], Any]:
    return lambda row: (row[1][kind].people, row[1][kind].visits)


SORTS: dict[str, Callable[[tuple[str, Line]], Any]] = {
    NAME: lambda row: row[0],
    COMPLETION: lambda row: row[1].completion or 0.0,
} | {kind.value: _by_people(kind) for kind, _title in COLUMNS}
ORDERS = ("asc", "desc")
MAX_UNKNOWN = 50


@dataclass(frozen=True, slots=True)
class Table:
    """
    One way to divide the funnel. `lines` reads it, `name` names a line; `leads_to` is what a line's link sets
    in the address, {} for none.
    """

    title: str
    head: str
    lines: Callable[[FunnelView], list[Line]]
    name: Callable[[FunnelView, Line], str]
    leads_to: Callable[[Line], dict[str, str]]


def _is_unit(line: Line) -> bool:
    return line.owner not in ("", UNKNOWN) and not line.owner.isdigit()


def _places_of(view: FunnelView) -> list[Line]:
    """Every county, those without an event too; then what came without a code, and by unknown ones."""
    found = {line.owner: line for line in view.funnel.owners() if not _is_unit(line)}
    if view.reach.is_all:
        for county in view.gazetteer.counties:
            found.setdefault(county.code, Line(county.code))
    return sorted(found.values(), key=_in_order)


def _townships_of(view: FunnelView) -> list[Line]:
    found = {line.township: line for line in view.funnel.townships(view.owner)}
    for township in view.townships:
        found.setdefault(township.code, Line(view.owner, township.code))
    return sorted(found.values(), key=_in_order)


def _units_of(view: FunnelView) -> list[Line]:
    found = {line.owner: line for line in view.funnel.owners() if _is_unit(line)}
    if view.reach.is_all:
        for unit in view.gazetteer.units:
            found.setdefault(unit.code, Line(unit.code))
    return sorted(found.values(), key=_in_order)


def _codes_of(view: FunnelView) -> list[Line]:
    found = view.funnel.codes(view.owner, view.township.code if view.township else "")
    return sorted((line for line in found if view.code in ("", line.key)), key=_in_order)


def _in_order(line: Line) -> tuple[bool, str, str, str]:
    """By code; what belongs nowhere stays at the end."""
    return (line.owner in ("", UNKNOWN), line.owner, line.township, line.key)


TABLES = {
    "counties": Table(
        "按县（区）",
        "县（区）",
        _places_of,
        lambda view, line: view.names.owner(line.owner),
        lambda line: {"by": "townships", "county": line.owner} if line.owner.isdigit() else {},
    ),
    "townships": Table(
        "按乡镇",
        "乡镇（街道）",
        _townships_of,
        lambda view, line: view.names.township(line.township),
        lambda line: (
            {"by": "codes", "county": line.owner, "township": line.township}
            if line.township != line.owner
            else {}
        ),
    ),
    "units": Table(
        "按单位",
        "单位",
        _units_of,
        lambda view, line: view.names.owner(line.owner),
        lambda line: {"by": "codes", "unit": line.owner},
    ),
    "codes": Table(
        "按码",
        "二维码",
        _codes_of,
        lambda view, line: view.names.code(line),
        lambda line: {"page": "days", "code": line.key} if line.key else {},
    ),
    "materials": Table(
        "按载体",
        "载体",
        lambda view: sorted(view.funnel.materials(view.owner), key=_in_order),
        lambda view, line: view.names.material(line.key),
        lambda _line: {},
    ),
    "unknown": Table(
        "认不出的码",
        "码里的字",
        lambda view: view.funnel.unknown_codes(),
        lambda view, line: view.names.code(line),
        lambda _line: {},
    ),
}


def tables_for(view: FunnelView) -> list[str]:
    """Which tables make sense for what is looked at, and for whom."""
    if view.code or view.unit is not None or view.township is not None:
        return ["codes"]
    if view.county is not None:
        return ["townships", "codes", "materials"]
    return ["counties", "townships", "units", "codes", "materials", "unknown"] if view.reach.is_all else []


def show(round_id: int) -> str:
    """The table."""
    with funnel_view(round_id) as view:
        offered = tables_for(view)
        by = read_choice(request.args, "by", TABLES, "分法")
        if by not in offered:
            by = offered[0] if offered else ""
        sort = read_choice(request.args, "sort", SORTS, "排序")
        order = read_choice(request.args, "order", ORDERS, "顺序") or "desc"
        page = read_page(request.args)
        rows = _rows(view, by, sort, order) if by else []
        paging = Paging(page, len(rows), PAGE_SIZE * 2)
        return render_template(
            "funnel.html",
            view=view,
            table=TABLES.get(by),
            by=by,
            offered=[(name, TABLES[name].title) for name in offered],
            rows=rows[paging.offset : paging.offset + paging.size],
            more=max(0, len(view.funnel.unknown_codes()) - MAX_UNKNOWN) if by == "unknown" else 0,
            total=view.funnel.total(view.where),
            columns=COLUMNS,
            sort=sort,
            order=order,
            paging=paging,
            Kind=Kind,
        )


def _rows(view: FunnelView, by: str, sort: str, order: str) -> Sequence[tuple[str, Line]]:
    table = TABLES[by]
    rows = [(table.name(view, line), line) for line in table.lines(view)]
    if sort:
        rows.sort(key=SORTS[sort], reverse=order == "desc")
        rows.sort(key=lambda row: row[1].owner in ("", UNKNOWN) and by == "counties")
    return rows[:MAX_UNKNOWN] if by == "unknown" else rows


def export(round_id: int) -> Any:
    """Every figure the account may see, as a file."""
    file_format = request.form.get("format", "xlsx")
    if file_format not in TYPES:
        raise BadFilter("没有这种格式。请从列表里选。")
    with funnel_view(round_id) as view:
        title = f"{view.round.name}-传播漏斗"
        download = make_download(
            title, file_format, lambda path: export_funnel(view.funnel, view.names, path, file_format)
        )
    note_view(Act.LIST_EXPORTED, about("round", round_id), download.details | {"表": "传播漏斗"})
    return download.send()


ROUTES = (
    Route("/rounds/<int:round_id>/funnel", "funnel", show, READERS),
    Route("/rounds/<int:round_id>/funnel/export", "funnel_export", export, READERS, methods=("POST",)),
)
