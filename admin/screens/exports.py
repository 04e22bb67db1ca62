"""Who exported what, when: the exports of the audit log as a table, with what became of the files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request

from admin.filters import PAGE_SIZE, bounds, read_choice, read_days, read_page
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, Route
from admin.screens.audit_log import people_of, wanted_who
from admin.screens.tasks import viewer
from core.audit.acts import ActKind
from core.audit.exported import exported
from core.audit.listing import WantedEntries, count_by_who, list_entries
from core.clock import local_day
from core.tasks.service import tasks_of

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are often asked for: in words, and as an address has them ({} for all)."""

    title: str
    args: Mapping[str, str]


def index() -> str:
    """A page of them, newest first."""
    page, today = read_page(request.args), local_day(parts().clock())
    first, last = read_days(request.args)
    since, until = bounds(first, last)
    days = {"since": str(first) if first else "", "until": str(last) if last else ""}
    days = {name: value for name, value in days.items() if value}
    with parts().reading() as connection:
        people = people_of(connection)
        who = read_choice(request.args, "who", people, "人")
        kind, number = wanted_who(who)
        wanted = WantedEntries(kind=ActKind.EXPORT, who_kind=kind, who_id=number, since=since, until=until)
        by_who = count_by_who(connection, wanted)
        paging = Paging(page, sum(count for _name, count in by_who), PAGE_SIZE)
        lines = [exported(each) for each in list_entries(connection, wanted, paging.offset, paging.size)]
        tasks = tasks_of(connection, viewer(), [line.task for line in lines if line.task is not None])
        rounds = {f"round:{entry.id}": entry.name for entry in parts().catalog(connection).rounds}
    return render_template(
        "exports.html",
        lines=lines,
        tasks=tasks,
        rounds=rounds,
        paging=paging,
        by_who=by_who,
        people=people,
        args=days | ({"who": who} if who else {}),
        days=days,
        periods=periods(today),
        in_words=_in_words(first, last),
    )


def periods(today: date) -> tuple[Period, ...]:
    """All, today, seven days back, and the last week from Monday to Sunday."""
    monday = today - timedelta(days=today.weekday()) - WEEK
    return (
        Period("全部", {}),
        Period("今天", {"since": str(today), "until": str(today)}),
        Period("最近7天", {"since": str(today - WEEK + timedelta(days=1)), "until": str(today)}),
        Period("上周", {"since": str(monday), "until": str(monday + WEEK - timedelta(days=1))}),
    )


def _in_words(first: date | None, last: date | None) -> str:
    def day(of: date) -> str:
        return f"{of.year}年{of.month}月{of.day}日"

    if first and last:
        return day(first) if first == last else f"{day(first)}到{day(last)}"
    return f"{day(first)}以来" if first else f"到{day(last)}为止" if last else "从开始到现在"


ROUTES = (Route("/exports", "exports", index, LOOKERS),)
