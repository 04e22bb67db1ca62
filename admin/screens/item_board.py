"""How the work stands: a board by state, a table of counties and units, a calendar; and each as xlsx."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g, render_template, request
from sqlalchemy.orm import Session

from admin.downloads import send_xlsx
from admin.error_pages import BadFilter
from admin.filters import read_choice
from admin.item_roles import ITEM_LOOKERS
from admin.parts import parts
from admin.routes import Route
from core.clock import local_day
from core.rectification.figures import (
    Figures,
    UnitFigures,
    by_deadline,
    by_state,
    figures_by_unit,
    next_deadline,
    sources,
    total,
)
from core.rectification.lists import Due, Sort, Wanted, count_items, list_items
from core.rectification.models import Item
from core.rectification.service import known_subjects
from core.rectification.tables_out import write_figures, write_items
from core.rectification.words import STATE_TITLES, State
from core.workdays.service import load_workdays

SHOWN_PER_STATE = 6
COLUMNS = (
    State.ASSIGNED,
    State.WORKING,
    State.RETURNED,
    State.AT_COUNTY,
    State.AT_OFFICE,
    State.CLOSED,
)
FIRST_YEAR, LAST_YEAR = 2015, 2060
# Whom the table is about; a county's code is all digits.
KIND_TITLES = {"county": "只看县（区）", "unit": "只看单位"}
# Column → what lines are sorted by; a rate of nothing goes last.
SORTS = ("unit", "assigned", "claimed", "closed", "on_time", "completion", "extended", "overdue", "soon")


@dataclass(frozen=True, slots=True)
class Column:
    """One state: how many items there are, and the most pressing ones."""

    state: State
    title: str
    count: int
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. `mark` is 休 or 班 where it is not what the weekday says."""

    day: date
    count: int
    mark: str
    is_rest: bool
    is_in_month: bool


def board() -> str:
    """Items by state, the most pressing on top."""
    today = local_day(parts().clock())
    reach = g.staff.reach
    with parts().reading() as connection, Session(bind=connection) as looking:
        counts = by_state(looking, reach)
        columns = []
        for state in COLUMNS:
            newest_first = state is State.CLOSED
            found = list_items(
                looking,
                Wanted(state=state),
                reach,
                today,
                sort=Sort.MOVED if newest_first else Sort.DEADLINE,
                descending=newest_first,
                limit=SHOWN_PER_STATE,
            )
            columns.append(Column(state, STATE_TITLES[state], counts.get(state, 0), list(found)))
        figures = total(figures_by_unit(looking, reach, today))
        asked = count_items(looking, Wanted(due=Due.ASKED), reach, today)
        names = known_subjects(looking)
        looking.expunge_all()
    return render_template(
        "item_board.html", columns=columns, figures=figures, asked=asked, names=names, today=today
    )


def board_export() -> Any:
    """Everything on the board, also what it has no room for, in the order of its columns."""
    today = local_day(parts().clock())
    with parts().reading() as connection, Session(bind=connection) as looking:
        items = list_items(looking, Wanted(), g.staff.reach, today, sort=Sort.STATE)
        names = known_subjects(looking)
        return send_xlsx("整改看板", "items", lambda path: write_items(looking, items, names, path, "xlsx"))


def units() -> str:
    """A line for each county and unit."""
    lines, names, source, known = _unit_lines()
    sort, order = _order()
    kind = _kind()
    return render_template(
        "item_units.html",
        lines=lines,
        whole=total(lines),
        names=names,
        source=source,
        sources=known,
        kind=kind,
        kind_titles=KIND_TITLES,
        sort=sort,
        order=order,
    )


def units_export() -> Any:
    """The same as a workbook."""
    lines, names, source, _known = _unit_lines()
    part = f"{KIND_TITLES.get(_kind(), '县（区）和单位')} · {source or '全部来源'}"
    return send_xlsx("整改台账", "items", lambda path: write_figures(lines, names, path, "xlsx"), part)


def calendar() -> str:
    """The deadlines of a month, with days off and days worked."""
    today = local_day(parts().clock())
    first = _month(today)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    with parts().reading() as connection, Session(bind=connection) as looking:
        workdays = load_workdays(connection)
        counts = by_deadline(looking, g.staff.reach, weeks[0][0], weeks[-1][-1])
        following = next_deadline(looking, g.staff.reach, today)
    days = [
        [
            Day(
                day,
                counts.get(day, 0),
                _mark(day, workdays.is_workday(day)),
                not workdays.is_workday(day),
                day.month == first.month,
            )
            for day in week
        ]
        for week in weeks
    ]
    return render_template(
        "item_calendar.html",
        first=first,
        last=_next_month(first) - timedelta(days=1),
        weeks=days,
        before=(first - timedelta(days=1)).replace(day=1),
        after=_next_month(first),
        following=following,
        today=today,
        count=sum(each.count for week in days for each in week if each.is_in_month),
        is_known=workdays.is_known(first.year),
    )


def calendar_export() -> Any:
    """The open items due in a month, as a workbook."""
    today = local_day(parts().clock())
    first = _month(today)
    wanted = Wanted(first_day=first, last_day=_next_month(first) - timedelta(days=1))
    with parts().reading() as connection, Session(bind=connection) as looking:
        items = list_items(looking, wanted, g.staff.reach, today)
        names = known_subjects(looking)
        title = f"{first:%Y年%m月}到期的整改事项"
        return send_xlsx(title, "items", lambda path: write_items(looking, items, names, path, "xlsx"))


def _unit_lines() -> tuple[list[UnitFigures], dict[str, str], str, list[str]]:
    today = local_day(parts().clock())
    with parts().reading() as connection, Session(bind=connection) as looking:
        known = sources(looking)
        source = read_choice(request.args, "source", known, "来源")
        lines = figures_by_unit(looking, g.staff.reach, today, source=source)
        if kind := _kind():
            lines = [line for line in lines if line.code.isdigit() == (kind == "county")]
        return _sorted(lines), known_subjects(looking), source, known


def _kind() -> str:
    return read_choice(request.args, "kind", KIND_TITLES, "范围")


def _order() -> tuple[str, str]:
    sort = read_choice(request.args, "sort", SORTS, "排序") or "unit"
    return sort, read_choice(request.args, "order", ("asc", "desc"), "排序") or "asc"


def _sorted(lines: list[UnitFigures]) -> list[UnitFigures]:
    sort, order = _order()
    is_descending = order == "desc"
    if sort == "unit":
        return lines[::-1] if is_descending else lines

    def key(line: UnitFigures) -> float:
        found: Figures = line.figures
        rates = {"on_time": found.on_time_rate, "completion": found.completion_rate}
        value = rates[sort] if sort in rates else getattr(found, sort)
        return -1.0 if value is None else float(value)

    return sorted(lines, key=key, reverse=is_descending)


def _month(today: date) -> date:
    given = request.args.get("month", "")
    if not given:
        return today.replace(day=1)
    try:
        first = date.fromisoformat(f"{given}-01")
    except ValueError:
        raise BadFilter(f"“{given[:20]}”不是月份，请写成 2026-12 这样。") from None
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise BadFilter("这个年份太远了，没有可以看的。")
    return first


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _mark(day: date, is_worked: bool) -> str:
    is_weekend = day.weekday() >= 5
    if is_worked and is_weekend:
        return "班"
    return "休" if not is_worked and not is_weekend else ""


ROUTES = (
    Route("/items/board", "item_board", board, ITEM_LOOKERS),
    Route("/items/board/export", "item_board_export", board_export, ITEM_LOOKERS),
    Route("/items/units", "item_units", units, ITEM_LOOKERS),
    Route("/items/units/export", "item_units_export", units_export, ITEM_LOOKERS),
    Route("/items/calendar", "item_calendar", calendar, ITEM_LOOKERS),
    Route("/items/calendar/export", "item_calendar_export", calendar_export, ITEM_LOOKERS),
)
