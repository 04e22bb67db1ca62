"""The leaders' ballot of a round: how it stands, slips, paper ballots, opening, what came out."""

from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO
from typing import Any

from flask import abort, g, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session

from admin.audit import note_view
from admin.downloads import make_download
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.ballots.box import find_box, make_box, witnesses_of
from core.ballots.cards import cards_of
from core.ballots.draft_keys import DraftKeys
from core.ballots.models import BallotBox
from core.ballots.opening import open_box, result_of
from core.ballots.paper import key_in, mark_slip
from core.ballots.paper_form import paper_form
from core.ballots.report import (
    criteria,
    facts,
    protocol_data,
    rank_in_words,
    rows,
    sum_in_words,
    write_result,
)
from core.ballots.slips import AUDIENCE, MAX_SLIPS, MIN_SLIPS, Hasher, refuse_early_printing
from core.ballots.status import status_of
from core.conversation.script import Script
from core.conversation.state import RunState
from core.conversation.world import World
from core.errors import Refused, SurveyError
from core.rounds.models import Round
from core.rounds.service import NoSuchRound
from core.tasks.service import ask_task

SLIPS_TASK = "ballots.slips"
EXPORTS = {"figures": "评价分数", "comments": "评价意见"}


def show(round_id: int, refusal: str = "", done: str = "") -> str:
    """How it stands, and what can be done."""
    with parts().reading() as connection:
        entry = parts().catalog(connection).round(round_id)
        status = status_of(connection, round_id, parts().clock())
        if entry is None or AUDIENCE not in entry.questionnaires:
            abort(404)
        with Session(bind=connection) as session:
            box = session.get(BallotBox, round_id)
            witnesses = witnesses_of(box) if box else []
            needed = box.needed if box else 0
            result = result_of(session, round_id) if status and status.is_opened else None
    told = {"刚才": request.args.get("done", done)} if request.args.get("done") or done else {}
    return render_template(
        "ballots.html", entry=entry, status=status, witnesses=witnesses, needed=needed, refusal=refusal,
        told=told, least=MIN_SLIPS, most=MAX_SLIPS, result=_shown(result) if result else None,
        names=request.form.getlist("name"), given_needed=request.form.get("needed", ""),
    )  # fmt: skip


def make_box_here(round_id: int) -> Any:
    """The witnesses are here: a box, and their shares as a file that exists in this answer alone."""
    from qrcodes.ballot_papers import PrintedShare, share_cards
    from qrcodes.press import Press

    script = _script(round_id)
    names = [name.strip() for name in request.form.getlist("name") if name.strip()]
    needed, now = _whole("needed"), parts().clock()
    try:
        with parts().writing() as session:
            entry = _round(session, round_id)
            shares = make_box(session, entry, script.questionnaire, names, needed, now)
            told = {"见证人": len(names), "开票": needed}
            record(session, Act.BALLOT_BOX_MADE, g.staff.who, about("ballot", round_id), told)
            cards = [PrintedShare(share.witness, share.share) for share in shares]
            content = share_cards(Press(now), entry.name, needed, cards)
    except SurveyError as error:
        return show(round_id, str(error)), 409
    sent = send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name="见证人钥匙.pdf")
    sent.headers["Cache-Control"] = "no-store"
    return sent


def make_slips(round_id: int) -> Any:
    """Have slips made in the background; the file is taken once it is there."""

    def ask(session: Session) -> Any:
        count = _whole("count")
        early = request.form.get("early") == "1"
        entry = _round(session, round_id)
        find_box(session, round_id)
        if not MIN_SLIPS <= count <= MAX_SLIPS:
            raise Refused(f"一次要做{MIN_SLIPS}到{MAX_SLIPS}张：太少了，谁投的容易被猜出来。")
        refuse_early_printing(entry, parts().clock(), early=early)
        wishes = {"round": entry.name, "count": count, "early": early}
        task = ask_task(session, SLIPS_TASK, f"做{count}张纸票", wishes, g.staff.staff_id, parts().clock())
        return task.id

    return _do(round_id, ask, lambda task_id: url_for("task", task_id=task_id), wakes=True)


def mark(round_id: int) -> Any:
    """A slip was torn off a paper ballot."""

    def marked(session: Session) -> None:
        hasher = Hasher.open(session, parts().keys, parts().clock())
        mark_slip(session, hasher, round_id, request.form.get("code", ""))
        record(session, Act.PAPER_SLIP_MARKED, g.staff.who, about("ballot", round_id), {})

    return _do(round_id, marked, lambda _: url_for("ballots", round_id=round_id, done="登记了1张纸票。"))


def paper(round_id: int) -> Any:
    """The form for one sheet, and taking it."""
    script = _script(round_id)
    cards = cards_of(script, RunState(channel="paper"))
    given = {
        card.key: (request.form.get(f"d{n}", ""), request.form.get(f"c{n}", ""))
        for n, card in enumerate(cards)
    }
    refusal = ""
    if request.method == "POST":
        try:
            with parts().writing() as session:
                key_in(session, DraftKeys(parts().settings.var), script, round_id, given)
                record(session, Act.PAPER_BALLOT_KEYED, g.staff.who, about("ballot", round_id), {})
            return redirect(url_for("ballot_paper", round_id=round_id, done="1"), code=303)
        except SurveyError as error:
            refusal = str(error)
    with parts().reading() as connection:
        status = status_of(connection, round_id, parts().clock())
    return render_template(
        "ballot_paper.html", script=script, cards=cards, given=given, refusal=refusal, status=status,
        round_id=round_id, done=request.args.get("done"),
    ), 422 if refusal else 200  # fmt: skip


def form(round_id: int) -> Any:
    """Blank sheets to print: any number of copies of one page, for it has no number."""
    from qrcodes.ballot_papers import blank_form
    from qrcodes.press import Press

    script, office = _script(round_id), parts().settings.office
    owner = f"{office.name}　电话 {office.phone}"
    content = blank_form(Press(parts().clock()), owner, asdict(paper_form(script)))
    name = f"{script.questionnaire.title}纸质评价表.pdf"
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def export(round_id: int) -> Any:
    """What came out, as a table: figures, or comments. What is hidden on the page is hidden there, too."""
    what, _, file_format = request.form.get("take", "").partition(".")
    if what not in EXPORTS or file_format not in ("xlsx", "csv"):
        abort(400)
    try:
        with parts().reading() as connection, Session(bind=connection) as session:
            result = result_of(session, round_id)
        title = f"{result['round']}{EXPORTS[what]}"
        download = make_download(
            title, file_format, lambda path: write_result(path, file_format, result, what)
        )
    except SurveyError as error:
        return show(round_id, str(error)), 409
    note_view(Act.LIST_EXPORTED, about("ballot", round_id), download.details | {"内容": EXPORTS[what]})
    return download.send()


def open_it(round_id: int) -> Any:
    """The witnesses' shares came."""
    script = _script(round_id)

    def opened(session: Session) -> None:
        open_box(session, script, round_id, request.form.getlist("share"), parts().clock())
        record(session, Act.BALLOTS_OPENED, g.staff.who, about("ballot", round_id), {})

    return _do(round_id, opened, lambda _: url_for("ballots", round_id=round_id, done="开好了。"))


def protocol(round_id: int) -> Any:
    """The protocol, to be signed."""
    from qrcodes.ballot_papers import protocol as draw
    from qrcodes.press import Press

    with parts().reading() as connection, Session(bind=connection) as session:
        data = protocol_data(result_of(session, round_id))
    note_view(Act.LIST_EXPORTED, about("ballot", round_id), {"内容": "开票记录"})
    content = draw(Press(parts().clock()), data)
    return send_file(
        BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{data['title']}.pdf"
    )


def _do(
    round_id: int, act: Callable[[Session], Any], where: Callable[[Any], str], *, wakes: bool = False
) -> Any:
    """Do it in one transaction and go on, or say on the same page why not."""
    try:
        with parts().writing() as session:
            made = act(session)
    except SurveyError as error:
        return show(round_id, str(error)), 409
    if wakes:
        parts().wake_worker()
    return redirect(where(made), code=303)


def _shown(result: dict[str, Any]) -> dict[str, Any]:
    """The result as the page shows it."""
    return {
        "facts": facts(result),
        "sum": sum_in_words(result),
        "options": result["options"],
        "checksum": result["checksum"],
        "groups": [_group(result, table) for table in result["tables"]],
        "comments": result["comments"],
    }


def _group(result: dict[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """One group of ballots: all means side by side, best first; then the distribution of each criterion."""
    overall, *others = criteria(result)
    ids = [id_ for id_, _ in (overall, *others)]
    codes = {each["name"]: each["code"] for each in result["subjects"]}
    marks = [
        (name, [(cell, rank_in_words(cell)) for cell in (table["cells"][codes[name]][id_] for id_ in ids)])
        for name, _ in rows(result, table, overall[0])
    ]
    return {
        "label": table["label"] if table["group"] else "",
        "ballots": table["ballots"],
        "titles": [title for _, title in (overall, *others)],
        "rows": marks,
        "tables": [
            {
                "title": title,
                "rows": [(name, cell, rank_in_words(cell)) for name, cell in rows(result, table, id_)],
            }
            for id_, title in others
        ],
    }


def _script(round_id: int) -> Script:
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = catalog.round(round_id)
        if entry is None or AUDIENCE not in entry.questionnaires:
            abort(404)
        return World(catalog).script(entry.questionnaires[AUDIENCE])


def _round(session: Session, round_id: int) -> Round:
    found = session.get(Round, round_id)
    if found is None:
        raise NoSuchRound
    return found


def _whole(name: str) -> int:
    words = request.form.get(name, "").strip()
    return int(words) if words.isdecimal() and len(words) < 7 else 0


ROUTES = (
    Route("/rounds/<int:round_id>/ballots", "ballots", show, LOOKERS),
    Route("/rounds/<int:round_id>/ballots/box", "ballot_box", make_box_here, OFFICE, ("POST",)),
    Route("/rounds/<int:round_id>/ballots/slips", "ballot_slips", make_slips, OFFICE, ("POST",)),
    Route("/rounds/<int:round_id>/ballots/mark", "ballot_mark", mark, OFFICE, ("POST",)),
    Route("/rounds/<int:round_id>/ballots/paper", "ballot_paper", paper, OFFICE, ("GET", "POST")),
    Route("/rounds/<int:round_id>/ballots/form", "ballot_form", form, OFFICE),
    Route("/rounds/<int:round_id>/ballots/export", "ballot_export", export, LOOKERS, ("POST",)),
    Route("/rounds/<int:round_id>/ballots/open", "ballot_open", open_it, OFFICE, ("POST",)),
    Route("/rounds/<int:round_id>/ballots/protocol", "ballot_protocol", protocol, LOOKERS),
)
