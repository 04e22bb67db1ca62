"""Which items a page shows, read from the address; and the same in words and as parts of an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from admin.error_pages import BadFilter
from admin.filters import days_in_order, read_choice
from core.rectification.lists import DUE_TITLES, Due, Sort, Wanted
from core.rectification.words import STATE_TITLES, State

MAX_SEARCH_CHARS = 60
OPEN = "open"
SAID_NO = "no"
SAID_TITLES = {SAID_NO: "群众说没办好"}


@dataclass(frozen=True, slots=True)
class ItemsView:
    """A part of the items, its order, and the names of counties and units by code."""

    wanted: Wanted
    sort: Sort
    is_descending: bool
    names: Mapping[str, str]

    @property
    def args(self) -> dict[str, str]:
        """As parts of an address, without the order."""
        wanted = self.wanted
        found = {
            "state": OPEN if wanted.is_open else (wanted.state.value if wanted.state else ""),
            "unit": wanted.subject,
            "lead": wanted.lead,
            "category": wanted.category,
            "source": wanted.source,
            "due": wanted.due.value if wanted.due else "",
            "from": wanted.first_day.isoformat() if wanted.first_day else "",
            "to": wanted.last_day.isoformat() if wanted.last_day else "",
            "said": SAID_NO if wanted.numbers is not None else "",
            "q": wanted.search,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def order(self) -> dict[str, str]:
        """The order as parts of an address; empty for the usual one."""
        found = {} if self.sort is Sort.DEADLINE else {"sort": self.sort.value}
        return found | ({"order": "desc"} if self.is_descending else {})

    @property
    def sentence(self) -> str:
        """`都安县 · 整改中 · 已超期`."""
        wanted = self.wanted
        subject = wanted.lead or wanted.subject
        words = [
            self.names.get(subject, subject) or "全部单位",
            "没销号的" if wanted.is_open else (STATE_TITLES[wanted.state] if wanted.state else "全部状态"),
        ]
        if wanted.due:
            words.append(DUE_TITLES[wanted.due])
        if wanted.first_day and wanted.last_day:
            same = wanted.first_day == wanted.last_day
            words.append(f"{wanted.first_day}到期" if same else f"{wanted.first_day}到{wanted.last_day}到期")
        if wanted.numbers is not None:
            words.append(SAID_TITLES[SAID_NO])
        words += [part for part in (wanted.category, wanted.source) if part]
        if wanted.search:
            words.append(f"含“{wanted.search}”")
        return " · ".join(words)

    @property
    def part_for_the_log(self) -> str:
        """The sentence without the words that were searched for: they may be somebody's name."""
        if not self.wanted.search:
            return self.sentence
        return f"{replace(self, wanted=replace(self.wanted, search='')).sentence} · 找了字词"


def read_items_view(
    args: Mapping[str, str],
    names: Mapping[str, str],
    categories: list[str],
    sources: list[str],
    proposed: Sequence[int] | None,
) -> ItemsView:
    """
    The part that an address asks for; BadFilter for what nobody knows.

    `proposed`: the items residents want reopened; None for those who are not to ask for them.
    """
    state = read_choice(args, "state", (OPEN, *State), "状态")
    due = read_choice(args, "due", tuple(Due), "时限")
    said = read_choice(args, "said", () if proposed is None else tuple(SAID_TITLES), "群众意见")
    first_day, last_day = days_in_order(_day(args, "from"), _day(args, "to"))
    wanted = Wanted(
        state=State(state) if state and state != OPEN else None,
        is_open=state == OPEN,
        subject=read_choice(args, "unit", tuple(names), "单位"),
        lead=read_choice(args, "lead", tuple(names), "牵头单位"),
        category=read_choice(args, "category", categories, "类别"),
        source=read_choice(args, "source", sources, "来源"),
        due=Due(due) if due else None,
        first_day=first_day,
        last_day=last_day,
        search=_search(args.get("q", "")),
        numbers=tuple(proposed or ()) if said else None,
    )
    sort = read_choice(args, "sort", tuple(Sort), "排序")
    is_descending = read_choice(args, "order", ("asc", "desc"), "排序") == "desc"
    return ItemsView(wanted, Sort(sort or Sort.DEADLINE), is_descending, names)


def _day(args: Mapping[str, str], name: str) -> date | None:
    given = args.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BadFilter(f"“{given[:20]}”不是日期，请写成 2026-12-31 这样。") from None


def _search(given: str) -> str:
    return "".join(c if c.isprintable() else " " for c in given[:MAX_SEARCH_CHARS]).strip()
