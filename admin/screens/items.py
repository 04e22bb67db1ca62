"""The list of rectification items: filters, order, pages; the same as xlsx, and acts on several at once."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.audit import note_item
from admin.downloads import send_xlsx
from admin.filters import PAGE_SIZE, read_page
from admin.item_filters import SAID_TITLES, ItemsView, read_items_view
from admin.item_forms import TEXT_LABELS, ActForm, details_of, fields_of
from admin.item_roles import ITEM_LOOKERS, author
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.clock import local_day
from core.errors import Refused, SurveyError
from core.opinions.asking import proposed_reopenings
from core.rectification.figures import categories, sources
from core.rectification.lists import DUE_TITLES, assists_of, count_items, list_items
from core.rectification.service import do, get_item, known_subjects, possible_acts
from core.rectification.tables_out import write_items
from core.rectification.words import ACT_TITLES, STATE_TITLES, Act, State
from core.rectification.workflow import Who

# What the office can do to several items at once.
BULK_ACTS = (
    Act.SUPERVISE,
    Act.CLOSE,
    Act.RETURN,
    Act.GRANT_EXTENSION,
    Act.REFUSE_EXTENSION,
    Act.TRANSFER,
    Act.COUNTY_FIRST,
    Act.OFFICE_ONLY,
)
MAX_BULK = 200


class NothingChosen(Refused):
    """The form names no item, too many, or no act."""


@dataclass(frozen=True, slots=True)
class Held:
    """An item that an act on several would not touch, and why."""

    number: int
    why: str


def index() -> str:
    """The list."""
    page = read_page(request.args)
    today = local_day(parts().clock())
    with parts().reading() as connection, Session(bind=connection) as looking:
        known_categories, known_sources = categories(looking), sources(looking)
        proposed = _proposed(looking)
        view = read_items_view(
            request.args, known_subjects(looking), known_categories, known_sources, proposed
        )
        paging = Paging(page, count_items(looking, view.wanted, g.staff.reach, today), PAGE_SIZE)
        items = list_items(
            looking,
            view.wanted,
            g.staff.reach,
            today,
            sort=view.sort,
            descending=view.is_descending,
            offset=paging.offset,
            limit=paging.size,
        )
        assists = assists_of(looking, [item.number for item in items])
        looking.expunge_all()
    return render_template(
        "items.html",
        view=view,
        items=items,
        assists=assists,
        paging=paging,
        today=today,
        categories=known_categories,
        sources=known_sources,
        bulk_acts=BULK_ACTS,
        due_titles=DUE_TITLES,
        proposed=proposed,
        said_titles=SAID_TITLES,
    )


def export() -> Any:
    """The same list, all pages of it, as a workbook that can be edited and loaded again."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        view = _view(looking)
        today = local_day(parts().clock())
        items = list_items(
            looking, view.wanted, g.staff.reach, today, sort=view.sort, descending=view.is_descending
        )
        return send_xlsx(
            "整改事项",
            "items",
            lambda path: write_items(looking, items, view.names, path, "xlsx"),
            view.part_for_the_log,
        )


def bulk() -> Any:
    """What an act would do to the chosen items; and, once confirmed, doing it."""
    act, numbers = _chosen()
    form = ActForm(request.form)
    with parts().reading() as connection, Session(bind=connection) as looking:
        names = known_subjects(looking)
        form.offer_units(names)
        able, held, state = _sorted_out(looking, act, numbers)
    problem = ""
    if "confirmed" in request.form and form.validate():
        try:
            return _done_to(able, act, form)
        except SurveyError as error:
            problem = str(error)
    page = render_template(
        "item_bulk.html",
        act=act,
        able=able,
        held=held,
        form=form,
        problem=problem,
        names=names,
        asks=fields_of(act, state, Who.OFFICE),
        text_label=TEXT_LABELS.get(act, "说明"),
    )
    return page, (409 if problem else 200)


def _chosen() -> tuple[Act, list[int]]:
    given = request.form.get("act", "")
    numbers = [int(each) for each in request.form.getlist("number") if each.isascii() and each.isdigit()]
    if given not in {act.value for act in BULK_ACTS}:
        raise NothingChosen("请先选要做什么。")
    if not numbers:
        raise NothingChosen("还没有选事项。请回到列表，在前面打勾，再选要做什么。")
    if len(numbers) > MAX_BULK:
        raise NothingChosen(f"一次最多办{MAX_BULK}条。")
    return Act(given), sorted(set(numbers))


def _sorted_out(looking: Session, act: Act, numbers: list[int]) -> tuple[list[int], list[Held], State]:
    """The items the act is possible for, and the others; and a state it is possible in."""
    able, held = [], []
    state = State.WORKING
    for number in numbers:
        _item, standing = get_item(looking, number, author())
        if act in possible_acts(standing, author()):
            able.append(number)
            state = standing.state
        else:
            held.append(Held(number, f"现在是“{STATE_TITLES[standing.state]}”，不能{ACT_TITLES[act]}"))
    return able, held, state


def _done_to(numbers: list[int], act: Act, form: ActForm) -> Any:
    """Do it to all of them, or to none: the first refusal takes everything back."""
    with parts().writing() as writing:
        for number in numbers:
            do(writing, number, act, author(), parts().clock(), details_of(form))
            note_item(writing, number, ACT_TITLES[act])
    flash(f"{len(numbers)}条办好了：{ACT_TITLES[act]}。")
    return redirect(url_for("items", **_back()), code=303)


def _back() -> dict[str, Any]:
    """The list one came from."""
    kept = (
        *("state", "unit", "lead", "category", "source", "due", "said", "from", "to", "q"),
        *("sort", "order", "page"),
    )
    return {name: value for name in kept if (value := request.args.get(name))}


def _view(looking: Session) -> ItemsView:
    return read_items_view(
        request.args, known_subjects(looking), categories(looking), sources(looking), _proposed(looking)
    )


def _proposed(looking: Session) -> list[int] | None:
    """What residents say is for the office."""
    return proposed_reopenings(looking.connection()) if g.staff.role in LOOKERS else None


ROUTES = (
    Route("/items/", "items", index, ITEM_LOOKERS),
    Route("/items/export", "items_export", export, ITEM_LOOKERS),
    Route("/items/bulk", "items_bulk", bulk, OFFICE, methods=("POST",)),
)
