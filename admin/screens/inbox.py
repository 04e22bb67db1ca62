"""The office's inbox of opinions: narrowed, searched, marked several at a time; groups that seem the same."""

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from admin.error_pages import BadFilter
from admin.filters import PAGE_SIZE, questionnaire_title, read_choice, read_page
from admin.highlighting import highlighted
from admin.paging import MOST_LISTED, Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act as Audited
from core.audit.acts import about
from core.audit.chain import Details
from core.audit.service import record
from core.opinions import service
from core.opinions.grams import MAX_SEARCH_CHARS, words_of
from core.opinions.inbox import (
    Listed,
    Wanted,
    count_by_state,
    count_groups,
    groups,
    list_opinions,
)
from core.opinions.states import BY_HAND, STATE_WORDS, State
from core.opinions.striking import masked
from core.people.roles import Role
from core.questionnaires.model import Questionnaire
from core.reports.answered import NEVER_ONE_BY_ONE
from core.reports.opinions import open_questions
from core.rounds.catalog import Catalog

# A county reads what its own people said, with numbers masked, and neither hears nor sees them.
OPINION_LOOKERS = LOOKERS | {Role.COUNTY}
GROUPS_A_PAGE = 10
ORDERS = ("old",)
MEDIA = ("media",)
MERGE = "merge"
UNDO = "opinions_undo"


def index() -> str:
    """The list, newest first."""
    page = read_page(request.args)
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        wanted, args = _wanted(catalog)
        states = count_by_state(connection, wanted)
        total = states[State(wanted.state)] if wanted.state else sum(states.values())
        paging = Paging(page, total, PAGE_SIZE)
        is_long = paging.total > MOST_LISTED
        lines = list_opinions(connection, wanted, paging.offset, paging.size, is_long=is_long)
        return render_template(
            "inbox.html",
            lines=lines,
            paging=paging,
            args=args,
            states=states,
            # Whoever searches looks for something else; counting groups would cost as much again.
            same=0 if wanted.search else count_groups(connection, wanted),
            undo=len(session.get(UNDO, ())) if g.staff.role == Role.OFFICE else 0,
            by_hand=BY_HAND,
            **_known(catalog, wanted),
            **shown(lines, catalog, connection, wanted.search),
        )


def alike() -> str:
    """Groups that seem to say the same, the largest first."""
    page = read_page(request.args)
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        wanted, args = _wanted(catalog)
        paging = Paging(page, count_groups(connection, wanted), GROUPS_A_PAGE)
        found = groups(connection, wanted, paging.offset, paging.size)
        lines = [line for group in found for line in group.lines]
        return render_template(
            "alike.html",
            groups=found,
            paging=paging,
            args=args,
            **_known(catalog, wanted),
            **shown(lines, catalog, connection, wanted.search),
        )


def mark() -> Any:
    """Mark or merge those that are ticked; back to where they were ticked."""
    chosen = chosen_ids(request.form)
    wish = request.form.get("do", "")
    back = redirect(_back(), code=303)
    if wish == MERGE:
        with parts().writing() as writing:
            into = service.merge(writing, chosen, g.staff.staff_id, parts().clock())
            note_marked(writing, into, "合并", len(chosen))
        flash(f"{len(chosen)}条合并成一条。打开它可以撤销。")
        session.pop(UNDO, None)
        return back if request.args.get("from") == "alike" else redirect(_page_of(into), code=303)
    state = State(read_choice(request.form, "do", [each.value for each in BY_HAND], "状态") or State.NEW)
    with parts().writing() as writing:
        before = service.states_of(writing, chosen)
        changed = service.mark(writing, chosen, state, g.staff.staff_id, parts().clock())
        if changed:
            note_marked(writing, chosen[0], STATE_WORDS[state], changed)
    session[UNDO] = [[opinion_id, old] for opinion_id, old in before.items() if old != state][:PAGE_SIZE]
    flash(f"{changed}条改成“{STATE_WORDS[state]}”。")
    return back


def undo() -> Any:
    """Give those that were marked last the states they had."""
    before = [(int(opinion_id), State(old)) for opinion_id, old in session.pop(UNDO, [])]
    with parts().writing() as writing:
        for state in dict.fromkeys(old for _, old in before):
            ids = [opinion_id for opinion_id, old in before if old == state]
            if state in BY_HAND:
                service.mark(writing, ids, state, g.staff.staff_id, parts().clock())
        if before:
            note_marked(writing, before[0][0], "撤销", len(before))
    flash(f"撤销了，{len(before)}条还是原来的状态。" if before else "没有可以撤销的。")
    return redirect(_back(), code=303)


def note_marked(writing: Session, first: int, what: str, count: int = 1) -> None:
    """For the audit log; each opinion's own history has the rest."""
    details: Details = {"做法": what, "条数": count}
    record(writing, Audited.OPINIONS_MARKED, g.staff.who, about("opinion", first), details)


def chosen_ids(form: MultiDict[str, str]) -> list[int]:
    """The ticked opinions; whatever is no number was not ticked by anybody."""
    given = form.getlist("id")[: service.MAX_AT_ONCE + 1]
    return sorted({int(each) for each in given if each.isascii() and each.isdigit() and len(each) <= 12})


def shown(lines: list[Listed], catalog: Catalog, connection: Any, search: str = "") -> dict[str, Any]:
    """What a template needs to show opinions, for the eyes of whoever is signed in; `search` is marked."""
    is_own = g.staff.role in LOOKERS
    media_ids = [media.media_id for line in lines for media in line.media] if is_own else []
    titles = {
        (entry.id, each.id, question.id): question.title
        for entry in catalog.rounds
        for each in entry.questionnaires.values()
        for question in open_questions(each)
    }
    return {
        "gazetteer": catalog.gazetteer,
        "kept": parts().find_media(connection, media_ids) if media_ids else {},
        # Lists are leafed through by anybody in the room: numbers are masked, whoever looks.
        "says": lambda said: highlighted(masked(said), words_of(search)),
        "sees_media": is_own,
        "titles": titles,
        "round_names": {entry.id: entry.name for entry in catalog.rounds},
        "STATES": STATE_WORDS,
    }


def dimension_names(catalog: Catalog) -> dict[str, str]:
    """Code → name of every dimension any questionnaire has."""
    return {
        code: name
        for entry in catalog.rounds
        for each in entry.questionnaires.values()
        for code, name in each.dimensions.items()
    }


def _asked(catalog: Catalog) -> list[tuple[int, Questionnaire]]:
    return [
        (entry.id, each)
        for entry in catalog.rounds
        for each in entry.questionnaires.values()
        if each.audience.who != NEVER_ONE_BY_ONE
    ]


def _wanted(catalog: Catalog) -> tuple[Wanted, dict[str, str]]:
    """What the address asks for, and the same as parts of an address."""
    given, gazetteer = request.args, catalog.gazetteer
    rounds = {str(entry.id): entry for entry in catalog.rounds}
    counties = [county.code for county in gazetteer.counties]
    round_id = read_choice(given, "round", rounds, "调查")
    county = read_choice(given, "county", counties, "县（区）")
    below = [each.code for each in gazetteer.children(county)] if county else []
    township = given.get("township", "")
    args = {
        "round": round_id,
        "county": county,
        # Left over from another county, it narrows nothing.
        "township": township if township in below else "",
        "unit": read_choice(given, "unit", [unit.code for unit in gazetteer.units], "单位"),
        "dimension": read_choice(given, "dimension", dimension_names(catalog), "方面"),
        "question": _question(catalog, round_id, given.get("question", "")),
        "state": read_choice(given, "state", [state.value for state in State], "状态"),
        "with": read_choice(given, "with", MEDIA, "筛选"),
        "q": "".join(c if c.isprintable() else " " for c in given.get("q", "")[:MAX_SEARCH_CHARS]).strip(),
        "sort": read_choice(given, "sort", ORDERS, "排列"),
    }
    wanted = Wanted(
        reach=g.staff.reach,
        round_id=int(round_id or 0),
        place_code=args["township"] or county,
        unit_code=args["unit"],
        dimension=args["dimension"],
        question=args["question"],
        state=args["state"],
        search=args["q"],
        has_media=bool(args["with"]),
        oldest_first=bool(args["sort"]),
    )
    return wanted, {name: value for name, value in args.items() if value}


def _question(catalog: Catalog, round_id: str, given: str) -> str:
    known = [question.id for at, each in _asked(catalog) for question in open_questions(each)]
    if given and given not in known:
        raise BadFilter(f"没有叫“{given[:20]}”的题目。请从列表里选。")
    return given if round_id else ""


def _known(catalog: Catalog, wanted: Wanted) -> dict[str, Any]:
    """What can be chosen."""
    chosen = [each for at, each in _asked(catalog) if at == wanted.round_id]
    return {
        "rounds": catalog.rounds,
        "dimensions": dimension_names(catalog),
        "questions": {
            question.id: f"{questionnaire_title(each)}：{question.title}"
            if len(chosen) > 1
            else question.title
            for each in chosen
            for question in open_questions(each)
        },
    }


def _back() -> str:
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "from"}
    return url_for("opinions_alike" if request.args.get("from") == "alike" else "inbox", **kept)


def _page_of(opinion_id: int) -> str:
    return url_for("opinion", opinion_id=opinion_id)


ROUTES = (
    Route("/opinions/", "inbox", index, OPINION_LOOKERS),
    Route("/opinions/alike", "opinions_alike", alike, LOOKERS),
    Route("/opinions/marks", "opinions_mark", mark, OFFICE, methods=("POST",)),
    Route("/opinions/marks/undo", "opinions_undo", undo, OFFICE, methods=("POST",)),
)
