"""
Wishes to hear what became of an opinion: the question after the end, the answer to it, and telling.

Only who said something in their own words is asked, once, after the thanks; whatever else they do means no.
Until a wish is settled the openid is kept, sealed (`OutcomeWanted`); nothing else in a conversation needs
one. What comes of a wish is put into the person's row by the worker (`core.opinions.outcomes`), so a turn
reads nothing more than it does anyway.
"""

from dataclasses import replace
from datetime import UTC, datetime

from core.conversation.person import Person, Run, Wish
from core.conversation.prompts import OpinionNews, WillTell
from core.conversation.records import OpenidUnwanted, OutcomeTold, OutcomeUnwanted, OutcomeWanted
from core.conversation.visit import Visit
from core.questionnaires.model import Answerable, Questionnaire

# Nobody may be asked about, or told of, what leaders said: they must not be told apart.
NEVER_TOLD = "leaders"
# The oldest that were told of are forgotten.
MAX_WISHES = 8


def offer(visit: Visit, run: Run) -> None:
    """After the end: ask whether they want to hear what becomes of what they said."""
    done = visit.person.done[-1] if visit.person.done else None
    if done is None or done.run != run.number or done.response_id is None:
        return
    if run.replaces is not None:
        _drop(visit, run.replaces)
    asked = visit.form_of(run).questionnaire
    can_be_told = visit.around.seal_openid is not None and asked.audience.who != NEVER_TOLD
    if can_be_told and not visit.is_asking and _has_own_words(asked, run):
        visit.change(offered=done.response_id)
        visit.ask("tell_outcome")


def accept(visit: Visit) -> None:
    """要: keep the openid, sealed."""
    seal, response_id = visit.around.seal_openid, visit.person.offered
    if seal is None or not response_id:
        return
    if response_id not in {wish.response_id for wish in visit.person.wishes}:
        visit.records.append(OutcomeWanted(response_id, seal()))
        wish = Wish(response_id, int(visit.now.timestamp()))
        visit.change(wishes=_fewer((*visit.person.wishes, wish)))
    visit.say(WillTell(True))


def decline(visit: Visit) -> None:
    """不用, also after 要: nothing is kept."""
    _drop(visit, visit.person.offered)
    visit.say(WillTell(False))


def tell(visit: Visit) -> None:
    """Say what came of what they wanted to hear about, once."""
    due = [wish for wish in visit.person.wishes if wish.is_settled and not wish.is_told]
    if not due:
        return
    visit.say(*(news_of(wish) for wish in due))
    visit.records.append(OutcomeTold(tuple(wish.response_id for wish in due)))
    told = tuple(replace(wish, is_told=True) if wish in due else wish for wish in visit.person.wishes)
    visit.change(wishes=told)


def left(visit: Visit) -> None:
    """They left the account: nothing can be sent to them, so nothing is kept to send it to."""
    if visit.person.wishes:
        visit.records.append(OpenidUnwanted())


def news_of(wish: Wish) -> OpinionNews:
    """How a wish stands, to be said."""
    return OpinionNews(wish.state, datetime.fromtimestamp(wish.said_at, UTC), wish.by)


def with_outcome(person: Person, response_id: int, state: str, by: str) -> Person:
    """The person with a wish that stands otherwise now; the same person when they have no such wish."""
    if not any(wish.response_id == response_id for wish in person.wishes):
        return person
    changed = tuple(
        replace(wish, state=state, by=by) if wish.response_id == response_id else wish
        for wish in person.wishes
    )
    return replace(person, wishes=changed)


def _drop(visit: Visit, response_id: int) -> None:
    others = tuple(wish for wish in visit.person.wishes if wish.response_id != response_id)
    if len(others) < len(visit.person.wishes):
        visit.records.append(OutcomeUnwanted(response_id))
        visit.change(wishes=others)


def _fewer(wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Without the oldest that were told of, while there are too many."""
    told = [wish for wish in wishes if wish.is_told]
    too_many = told[: max(0, len(wishes) - MAX_WISHES)]
    return tuple(wish for wish in wishes if wish not in too_many)


def _has_own_words(asked: Questionnaire, run: Run) -> bool:
    """Whether anything that is not personal was said in words, by voice or with photos."""
    said = {
        key.partition("@")[0] for key, answer in run.state.answers.items() if answer.text or answer.media_ids
    }
    return any(
        question.id in said and isinstance(question, Answerable) and not question.personal
        for question in asked.walk()
    )
