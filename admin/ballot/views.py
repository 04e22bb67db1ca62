"""
The pages: slip, consent, a card for each county, the summary, handing in, what leaders should know.

Every page is made from the ballot as it is stored; going back and forth in the browser changes nothing until
a form is sent.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import Connection

from admin.ballot.tools import tools
from admin.ballot.visitor import new_token, set_token, take_token, token
from admin.parts import parts
from core.ballots import ballot as ballots
from core.ballots.ballot import Ballot, answer_card, grades_above
from core.ballots.cards import Card, answers_from, cards_of, options_of
from core.ballots.contents import cast_of
from core.ballots.desk import sizes_of
from core.ballots.drafts import Held, find_draft, hand_in, keep, let_go, new_draft
from core.ballots.errors import AlreadyUsed, SlipRefused, TooManyTries
from core.ballots.slips import AUDIENCE, find_slip
from core.ballots.summary import card_in_words
from core.conversation.inputs import Act, Tapped
from core.conversation.layout import Slot
from core.conversation.position import Position
from core.conversation.prompts import Problem
from core.conversation.script import Script
from core.conversation.state import Answer
from core.rounds.catalog import RoundEntry

MAX_CODE_CHARS = 60
# Sent twice, or again after the line broke: whether it is in, we cannot tell any more, but the slip can.
_NOTHING_HERE = (
    "这里没有要交的选票",
    "刚才点过“交上”的，多半已经交上了，不用再填。不放心就再输一遍纸票，说“不能用”就是交上了。",
)


@dataclass(frozen=True, slots=True)
class Here:
    """A visitor's ballot in this request."""

    connection: Connection
    held: Held
    ballot: Ballot
    script: Script
    entry: RoundEntry

    @property
    def cards(self) -> tuple[Card, ...]:
        """In the order of this ballot."""
        return cards_of(self.script, self.ballot.run)

    def keep(self, ballot: Ballot) -> None:
        """Store how far it is."""
        keep(self.connection, tools().keys, sizes_of(self.script), self.held, ballot, parts().clock())


# The slip ----------------------------------------------------------------------------------------------


def front() -> Any:
    """Where it begins: on to the ballot that is being filled in, or the slip's ten characters."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is not None:
            return redirect(_place(here), code=303)
    return render_template("slip.html", refusal="", code="")


def take_slip() -> Any:
    """The ten characters were typed."""
    kit, now = tools(), parts().clock()
    words = request.form.get("code", "")[:MAX_CODE_CHARS]
    with parts().writing() as session:
        connection = session.connection()
        catalog = parts().catalog(connection)
        try:
            guesser = f"page {request.remote_addr}"
            slip, entry = find_slip(connection, kit.hasher, words, catalog.rounds, now, guesser)
        except (SlipRefused, TooManyTries) as error:
            return render_template("slip.html", refusal=str(error), code=words), 422
        script = kit.world(catalog).script(entry.questionnaires[AUDIENCE])
        mine = new_token()
        before = find_draft(connection, kit.keys, kit.hasher.holder("page", token()))
        if before is not None:
            let_go(connection, [(before.id, before.key_name)])
        begun = ballots.begin(script, channel="web", seed=secrets.randbits(32))
        new_draft(
            connection, kit.keys, sizes_of(script), holder=kit.hasher.holder("page", mine), slip=slip,
            round_id=entry.id, ballot=begun.ballot, now=now,
        )  # fmt: skip
    return set_token(redirect(url_for("consent"), code=303), mine, secure=kit.secure)


def consent() -> Any:
    """What this is, and may we ask."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is None:
            return redirect(url_for("front"), code=303)
        if here.ballot.run.stage != "consent":
            return redirect(_place(here), code=303)
        return render_template(
            "consent.html", asked=here.script.consent(here.ballot.run, 0), entry=here.entry
        )


def consented() -> Any:
    """They agreed, or not."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is None:
            return redirect(url_for("front"), code=303)
        choice = Act.AGREE if request.form.get("act") == "agree" else Act.DECLINE
        step = ballots.step(here.script, here.ballot, Tapped(0, 0, 0, choice, ""))
        if step.outcome == "declined":
            let_go(here.connection, [(here.held.id, here.held.key_name)])
            return take_token(_message("这次先不评", "纸票没有用掉，截止以前想评，再来就行。"))
        here.keep(step.ballot)
    return redirect(url_for("card", number=1), code=303)


# Cards -------------------------------------------------------------------------------------------------


def card(number: int) -> Any:
    """One county, or one question of its own."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is None:
            return redirect(url_for("front"), code=303)
        if here.ballot.run.stage == "consent":
            return redirect(url_for("consent"), code=303)
        return _card_page(here, _card(here, number), number, {}, {})


def answer(number: int) -> Any:
    """A card's form was sent."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is None:
            return redirect(url_for("front"), code=303)
        if here.ballot.run.stage == "consent":
            return redirect(url_for("consent"), code=303)
        its = _card(here, number)
        act = request.form.get("act", "next")
        if act == "recuse" and its.is_judged:
            step = ballots.step(here.script, here.ballot, Tapped(0, 0, its.slots[0].number, Act.RECUSE, ""))
            here.keep(step.ballot)
        elif act == "same":
            grades = grades_above(here.ballot, here.cards, its)
            if grades is None:
                return _card_page(here, its, number, {}, {}, "前面还没有评过，没有可以照抄的。")
            others = {slot.key: Answer() for slot in its.slots if slot.key not in grades}
            here.keep(answer_card(here.script, here.ballot, its, others | grades))
        else:
            given = {slot.key: tuple(request.form.getlist(f"s{slot.number}")) for slot in its.slots}
            answers, problems = answers_from(here.script, here.ballot.run, its, given)
            if problems:
                return _card_page(here, its, number, given, problems), 422
            shown = set(request.form.getlist("shown"))
            if any(str(slot.number) not in shown for slot in its.slots if slot.key in answers):
                # A grade brought up one more question: it has to be seen before it can be passed over.
                return _card_page(here, its, number, given, {}, "您的选择多出了一项，请看一眼，可以不填。")
            here.keep(answer_card(here.script, here.ballot, its, answers))
        to_summary = request.form.get("then") == "summary" or number >= len(here.cards)
    return redirect(url_for("summary") if to_summary else url_for("card", number=number + 1), code=303)


# The end -----------------------------------------------------------------------------------------------


def summary() -> Any:
    """All of it on one page."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is None:
            return redirect(url_for("front"), code=303)
        if here.ballot.run.stage == "consent":
            return redirect(url_for("consent"), code=303)
        lines = [
            {
                "number": number,
                "name": its.name,
                "words": ballots.RECUSE
                if its.key in here.ballot.recused
                else card_in_words(its, here.ballot.run),
                "is_open": _is_open(here, its),
            }
            for number, its in enumerate(here.cards, start=1)
        ]
        return render_template(
            "summary.html", lines=lines, is_complete=here.ballot.is_complete, entry=here.entry
        )


def handed_in() -> Any:
    """Seal it. The browser keeps nothing."""
    kit = tools()
    with parts().writing() as session:
        here = _here(session.connection())
        if here is None:
            return take_token(_message(*_NOTHING_HERE)) if token() else redirect(url_for("front"), code=303)
        if not here.ballot.is_complete:
            return redirect(url_for("summary"), code=303)
        try:
            hand_in(here.connection, kit.keys, sizes_of(here.script), here.held, cast_of(here.ballot))
        except AlreadyUsed as error:
            let_go(here.connection, [(here.held.id, here.held.key_name)])
            return take_token(_message("没有交上", str(error)))
    return take_token(redirect(url_for("done"), code=303))


def done() -> Any:
    """It is in; no receipt."""
    return render_template("done.html")


def leave() -> Any:
    """Let the ballot go and forget this browser."""
    with parts().writing() as session:
        here = _here(session.connection())
        if here is not None:
            let_go(here.connection, [(here.held.id, here.held.key_name)])
    return take_token(_message("删掉了", "填了一半的已经删除，纸票没有用掉，截止以前还可以用。"))


def privacy() -> Any:
    """How it is made sure that nobody can tell, and what that does not cover."""
    return render_template("privacy.html")


# Helpers -----------------------------------------------------------------------------------------------


def _here(connection: Connection) -> Here | None:
    """The visitor's ballot; None without one. A round that is over is told as a page of its own."""
    if not token():
        return None
    kit = tools()
    held = find_draft(connection, kit.keys, kit.hasher.holder("page", token()))
    if held is None:
        return None
    if held.ballot is None:
        let_go(connection, [(held.id, held.key_name)])
        return None
    catalog = parts().catalog(connection)
    entry = catalog.round(held.round_id)
    if entry is None or AUDIENCE not in entry.questionnaires:
        return None
    if not entry.is_open(parts().clock()):
        raise SlipRefused("评价已经截止，这份没有交上，不算数。")
    script = kit.world(catalog).script(entry.questionnaires[AUDIENCE])
    return Here(connection, held, held.ballot, script, entry)


def _place(here: Here) -> str:
    """Where the visitor goes on."""
    if here.ballot.run.stage == "consent":
        return url_for("consent")
    if here.ballot.is_complete:
        return url_for("summary")
    first = next((n for n, its in enumerate(here.cards, start=1) if _is_open(here, its)), 1)
    return url_for("card", number=first)


def _is_open(here: Here, its: Card) -> bool:
    """Whether something on the card was neither answered nor passed over."""
    return any(slot.key not in here.ballot.run.answers for slot in _visible(here, its))


def _visible(here: Here, its: Card, given: dict[str, Answer] | None = None) -> list[Slot]:
    """What of a card comes up, with answers that are not stored yet."""
    run = replace(here.ballot.run, answers={**here.ballot.run.answers, **(given or {})})
    position = Position(here.script, run)
    stops = [position.plan.stop(slot.key) for slot in its.slots]
    return [stop.slot for stop in stops if stop is not None and position.is_visible(stop)]


def _card(here: Here, number: int) -> Card:
    if not 1 <= number <= len(here.cards):
        abort(404)
    return here.cards[number - 1]


def _card_page(
    here: Here, its: Card, number: int, given: dict[str, tuple[str, ...]], problems: dict[str, Problem],
    notice: str = "",
) -> str:  # fmt: skip
    answers, _ = answers_from(here.script, here.ballot.run, its, given) if given else ({}, {})
    fields = []
    for slot in _visible(here, its, answers):
        stored = here.ballot.run.answers.get(slot.key, Answer())
        values = given.get(slot.key) or stored.codes or ((stored.text,) if stored.text else ())
        fields.append(
            {
                "slot": slot,
                "title": slot.own_title,
                "options": options_of(slot),
                "values": values,
                "problem": problems.get(slot.key),
                "most": getattr(slot.question, "max_length", 0),
            }
        )
    return render_template(
        "card.html", card=its, number=number, count=len(here.cards), fields=fields, notice=notice,
        problems=problems, can_copy=number > 1 and bool(its.grades),
        is_recused=its.key in here.ballot.recused, is_complete=here.ballot.is_complete, entry=here.entry,
    )  # fmt: skip


def _message(title: str, words: str) -> Any:
    return make_response(render_template("message.html", title=title, words=words))


ROUTES = (
    ("/", "front", front, ("GET",)),
    ("/slip", "take_slip", take_slip, ("POST",)),
    ("/consent", "consent", consent, ("GET",)),
    ("/consent", "consented", consented, ("POST",)),
    ("/card/<int:number>", "card", card, ("GET",)),
    ("/card/<int:number>", "answer", answer, ("POST",)),
    ("/summary", "summary", summary, ("GET",)),
    ("/hand-in", "handed_in", handed_in, ("POST",)),
    ("/done", "done", done, ("GET",)),
    ("/leave", "leave", leave, ("POST",)),
    ("/privacy", "privacy", privacy, ("GET",)),
)
