"""Who did what, when: the audit log with its filters, and taking it away as a file. Nobody changes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection, select

from admin.audit import note_view
from admin.downloads import make_download
from admin.error_pages import BadFilter
from admin.filters import PAGE_SIZE, bounds, read_days, read_page
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.audit.acts import ACTS, KIND_TITLES, Act, ActKind, about_in_words
from core.audit.listing import Entry, WantedEntries, all_entries, count_entries, list_entries
from core.audit.who import WHO_TITLES, WhoKind
from core.clock import local
from core.people.models import Staff
from core.sheets.out_columns import OutColumn
from core.sheets.writing import table_file

MAX_ABOUT_CHARS = 80
HEADER = ("number", "time", "who", "what", "about", "details")


@dataclass(frozen=True, slots=True)
class Asked:
    """The address's filters: as they are written there, as they read, and as the log takes them."""

    args: Mapping[str, str]
    sentence: str
    wanted: WantedEntries


def index() -> str:
    """A page of it, newest first."""
    page = read_page(request.args)
    with parts().reading() as connection:
        people = people_of(connection)
        asked = _asked(request.args, people)
        paging = Paging(page, count_entries(connection, asked.wanted), PAGE_SIZE)
        lines = list_entries(connection, asked.wanted, paging.offset, paging.size)
        rounds = parts().catalog(connection).rounds
    names = {f"round:{entry.id}": f"调查“{entry.name}”" for entry in rounds}
    names |= {key: f"账号“{name}”" for key, name in people.items() if key.startswith("staff:")}
    return render_template(
        "audit_log.html",
        names=names,
        lines=lines,
        paging=paging,
        asked=asked,
        people=people,
        kinds={
            kind: (title, {act: words for act, (of, words) in ACTS.items() if of == kind})
            for kind, title in KIND_TITLES.items()
        },
    )


def export() -> Any:
    """What the filters show, as csv, oldest first."""
    with parts().reading() as connection:
        asked = _asked(request.args, people_of(connection))
        download = make_download("操作记录", "csv", lambda path: _write(connection, asked.wanted, path))
    note_view(Act.AUDIT_EXPORTED, details={"范围": asked.sentence} | download.details)
    return download.send()


def _write(connection: Connection, wanted: WantedEntries, path: Path) -> int:
    rows = 0
    with table_file(path, "csv", [OutColumn(name=name) for name in HEADER], "操作记录") as write:
        for entry in all_entries(connection, wanted):
            write(_row(entry))
            rows += 1
    return rows


def _row(entry: Entry) -> list[str | int]:
    details = "；".join(f"{name}：{value}" for name, value in entry.details)
    moment = f"{local(entry.at):%Y-%m-%d %H:%M:%S}"
    return [entry.number, moment, entry.who, entry.what or entry.act, entry.about, details]


def people_of(connection: Connection) -> dict[str, str]:
    """Who can be asked for: `staff:3` → the account's name, `command` → 命令行, …"""
    accounts = connection.execute(select(Staff.id, Staff.name).order_by(Staff.name)).all()
    found = {f"staff:{account.id}": account.name for account in accounts}
    return found | {kind: title for kind, title in WHO_TITLES.items() if kind != "staff"}


def _asked(args: Mapping[str, str], people: Mapping[str, str]) -> Asked:
    first, last = read_days(args)
    since, until = bounds(first, last)
    what, who, about = args.get("what", ""), args.get("who", ""), args.get("about", "")
    kind = ActKind(what) if what in set(ActKind) else None
    act = Act(what) if what in set(Act) else None
    if what and kind is None and act is None:
        raise BadFilter(f"没有叫“{what[:20]}”的操作。请从列表里选。")
    if who and who not in people:
        raise BadFilter(f"没有叫“{who[:20]}”的人。请从列表里选。")
    if len(about) > MAX_ABOUT_CHARS or not about.isprintable():
        raise BadFilter("看不懂要找什么。请从页面上的链接点进来。")
    who_kind, who_id = wanted_who(who)
    wanted = WantedEntries(
        kind=kind,
        act=act,
        who_kind=who_kind,
        who_id=who_id,
        about=about,
        since=since,
        until=until,
    )
    words = [people.get(who, "所有人"), _what_in_words(kind, act)]
    words += [about_in_words(about)] if about else []
    words += [f"{first} 起"] if first else []
    words += [f"到 {last}"] if last else []
    given = {"who": who, "what": what, "about": about}
    given |= {"since": str(first) if first else "", "until": str(last) if last else ""}
    return Asked({name: value for name, value in given.items() if value}, " · ".join(words), wanted)


def wanted_who(given: str) -> tuple[WhoKind | None, int | None]:
    """Kind and number of one of `people_of`; None and None for ''."""
    who_kind, _, number = given.partition(":")
    return next((kind for kind in WHO_TITLES if kind == who_kind), None), int(number) if number else None


def _what_in_words(kind: ActKind | None, act: Act | None) -> str:
    if act is not None:
        return ACTS[act][1]
    return f"全部{KIND_TITLES[kind]}" if kind is not None else "全部操作"


ROUTES = (
    Route("/audit", "audit_log", index, LOOKERS),
    Route("/audit/export", "audit_export", export, LOOKERS, methods=("POST",)),
)
