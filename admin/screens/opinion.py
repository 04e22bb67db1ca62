"""One opinion: what was said, what seems the same, what was done with it, and what the office can do."""

import json
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.audit import note_item, note_view
from admin.filters import read_choice
from admin.item_roles import author
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from admin.screens.inbox import OPINION_LOOKERS, chosen_ids, dimension_names, note_marked, shown
from admin.screens.item_new import ItemForm, facts_of
from core.audit.acts import Act as Audited
from core.audit.acts import about
from core.audit.service import record
from core.errors import Refused
from core.opinions import service
from core.opinions.handing import add_to_item, became, make_item, part_from_item
from core.opinions.inbox import Listed, alike, find_opinion, history, merged_into
from core.opinions.same_items import items_for
from core.opinions.states import ACT_WORDS, BY_HAND, STATE_WORDS, State
from core.opinions.striking import STANDS_IN, Piece, masked, suggest
from core.opinions.unit_words import suggest as suggest_units
from core.rectification.service import known_subjects
from core.rectification.words import STATE_TITLES
from core.rectification.workflow import Missing


def show(opinion_id: int) -> Any:
    """The page."""
    return _page(opinion_id)


def mark(opinion_id: int) -> Any:
    """Set its state."""
    given = read_choice(request.form, "do", [state.value for state in BY_HAND], "状态")
    with parts().writing() as writing:
        state = State(given or State.NEW)
        service.mark(writing, [opinion_id], state, g.staff.staff_id, parts().clock())
        note_marked(writing, opinion_id, STATE_WORDS[state])
    return _back(opinion_id)


def strike(opinion_id: int) -> Any:
    """Take out what is ticked, and what was typed."""
    pieces = [_piece(given) for given in request.form.getlist("piece")]
    typed = request.form.get("names", "")
    pieces += [Piece("name", line.strip()) for line in typed.splitlines() if line.strip()]
    try:
        with parts().writing() as writing:
            service.strike(writing, parts().keys, opinion_id, pieces, g.staff.staff_id, parts().clock())
            record(writing, Audited.OPINION_STRUCK, g.staff.who, about("opinion", opinion_id))
    except Refused as error:
        return _page(opinion_id, problems={"strike": str(error)}), 409
    told = "隐去了，各个页面、导出里都看不到了；30天内可以恢复，过后原话销毁。"
    flash(f"{told}已经转成整改事项的，事项里的话是另写的，请一起看看。")
    return _back(opinion_id)


def unstrike(opinion_id: int) -> Any:
    """Put back what was said."""
    with parts().writing() as writing:
        service.unstrike(writing, parts().keys, opinion_id, g.staff.staff_id, parts().clock())
        record(writing, Audited.OPINION_RESTORED, g.staff.who, about("opinion", opinion_id))
    flash("恢复了原话。")
    return _back(opinion_id)


def type_up(opinion_id: int) -> Any:
    """Keep what was heard in a voice message."""
    try:
        with parts().writing() as writing:
            words = request.form.get("words", "")
            service.type_up(writing, opinion_id, words, g.staff.staff_id, parts().clock())
            note_marked(writing, opinion_id, "听写")
    except Refused as error:
        return _page(opinion_id, problems={"type": str(error)}), 409
    flash("听写存下来了。")
    return _back(opinion_id)


def merge(opinion_id: int) -> Any:
    """Merge the ticked ones with this one."""
    try:
        with parts().writing() as writing:
            chosen = [opinion_id, *chosen_ids(request.form)]
            into = service.merge(writing, chosen, g.staff.staff_id, parts().clock())
            note_marked(writing, into, "合并", len(chosen))
    except Refused as error:
        return _page(opinion_id, problems={"merge": str(error)}), 409
    flash("合并了。下面可以一条一条撤销。")
    return _back(into)


def unmerge(opinion_id: int) -> Any:
    """Let one stand on its own again."""
    with parts().writing() as writing:
        service.unmerge(writing, opinion_id, g.staff.staff_id, parts().clock())
        note_marked(writing, opinion_id, "撤销合并")
    flash("撤销了合并，它又单独成一条。")
    return _back(opinion_id)


def hand_out(opinion_id: int) -> Any:
    """Make a rectification item of it."""
    form = ItemForm(request.form)
    with parts().reading() as connection, Session(bind=connection) as looking:
        form.offer_units(known_subjects(looking))
    if not form.validate():
        return _page(opinion_id, form=form), 400
    try:
        with parts().writing() as writing:
            number = make_item(writing, opinion_id, facts_of(form), author(), parts().clock())
            note_item(writing, number, "由意见转来")
    except (Refused, Missing) as error:
        return _page(opinion_id, form=form, problems={"item": str(error)}), 409
    flash(f"转成了整改事项{number}号，牵头单位的联络员会收到通知。")
    return _back(opinion_id)


def add(opinion_id: int) -> Any:
    """Say that an item that is there deals with it."""
    given = request.form.get("number", "").strip().removesuffix("号")
    try:
        if not (given.isascii() and given.isdigit() and len(given) <= 9):
            raise Refused("请填整改事项的编号，比如 12。")
        with parts().writing() as writing:
            add_to_item(writing, opinion_id, int(given), author(), parts().clock())
            note_item(writing, int(given), "加上一条意见")
    except Refused as error:
        return _page(opinion_id, problems={"add": str(error)}), 409
    flash(f"加到了{int(given)}号。")
    return _back(opinion_id)


def part(opinion_id: int) -> Any:
    """Part it from its item."""
    with parts().writing() as writing:
        part_from_item(writing, opinion_id, author(), parts().clock())
        note_marked(writing, opinion_id, "和整改事项脱开")
    flash("脱开了，又成了“要办”。那条整改事项没有动，要撤请到它的页面上办。")
    return _back(opinion_id)


def _page(opinion_id: int, form: ItemForm | None = None, problems: dict[str, str] | None = None) -> Any:
    with parts().reading() as connection, Session(bind=connection) as looking:
        found = find_opinion(connection, opinion_id, g.staff.reach)
        catalog = parts().catalog(connection)
        merged = merged_into(connection, opinion_id)
        similar = alike(connection, found) if found.merged_into is None else []
        became_already = {each.item_number for each in similar if each.item_number is not None}
        near_items = items_for(looking, found.words, became_already) if found.item_number is None else []
        names = known_subjects(looking)
        dimensions = dimension_names(catalog)
        category = dimensions.get(found.dimension, "")
        suggested = suggest_units(found.words, category)
        if form is None:
            form = _filled(found, category, catalog.round(found.round_id))
        form.offer_units(names)
        items = became(connection, [found.item_number])[found.item_number] if found.item_number else ()
        county = catalog.gazetteer.path(found.place_code)[0] if found.place_code else None
        return render_template(
            "opinion.html",
            found=found,
            merged=merged,
            similar=similar,
            pieces=[(json.dumps([p.kind, p.words]), p.words) for p in suggest(found.words)],
            suggested=suggested,
            county=county if county and county.level == "county" else None,
            names=names,
            form=form,
            items=items,
            near_items=near_items,
            item_states=STATE_TITLES,
            history=history(connection, opinion_id),
            acts=ACT_WORDS,
            state_words=STATE_WORDS,
            by_hand=BY_HAND,
            problems=problems or {},
            category=category,
            **shown([found, *merged, *similar], catalog, connection) | _as_said(found),
        )


def _as_said(found: Listed) -> dict[str, Any]:
    """
    The office and auditors read it as it was said. Where that tells a number or a name, it is written down
    first; others, and what stands beside it, are masked.
    """
    if g.staff.role not in LOOKERS:
        return {"as_said": masked}
    if any(masked(words) != words for words in (found.text, found.typed)):
        note_view(Audited.OPINION_SHOWN, about("opinion", found.id))
    return {"as_said": str}


def _filled(found: Listed, category: str, entry: Any) -> ItemForm:
    form = ItemForm()
    # A unit needs what is to be done, not whose telephone it is.
    form.text.data = masked(found.words)
    form.category.data = category
    form.source.data = entry.name if entry else ""
    return form


def _piece(given: str) -> Piece:
    """What a ticked box carries."""
    try:
        kind, words = json.loads(given)
    except (ValueError, TypeError):
        return Piece("other", "")
    return Piece(kind, words) if kind in STANDS_IN and isinstance(words, str) else Piece("other", "")


def _back(opinion_id: int) -> Any:
    return redirect(url_for("opinion", opinion_id=opinion_id), code=303)


def _post(path: str, name: str, view: Any) -> Route:
    return Route(f"/opinions/<int:opinion_id>/{path}", name, view, OFFICE, methods=("POST",))


ROUTES = (
    Route("/opinions/<int:opinion_id>", "opinion", show, OPINION_LOOKERS),
    _post("mark", "opinion_mark", mark),
    _post("strike", "opinion_strike", strike),
    _post("unstrike", "opinion_unstrike", unstrike),
    _post("type", "opinion_type", type_up),
    _post("merge", "opinion_merge", merge),
    _post("unmerge", "opinion_unmerge", unmerge),
    _post("item", "opinion_item", hand_out),
    _post("add", "opinion_add", add),
    _post("part", "opinion_part", part),
)
