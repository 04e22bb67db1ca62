"""
Asking residents whether something is fixed: who is asked, when, and what their answer means.

The office asks about an item that is to be closed (`core.opinions.asking`); the list of such questions is
part of the world, so a turn of somebody nobody asks costs nothing. A questionnaire is never held up: whoever
is in the middle of one, or is asked anything but whether to answer anew, is asked another time. Each is
asked once.
"""

import json
import re

from core.conversation.inputs import Act, Tapped
from core.conversation.person import Asking, Person
from core.conversation.prompts import Choose, VoteNoted
from core.conversation.records import Vote
from core.conversation.visit import Visit
from core.conversation.world import ClosingQuestion, World

# The question stands in front of these and hands back to them.
_WAITS = ("", "answer_anew")
# The item's number stands in the tapped words, so that an old link is never taken for another question.
_NUMBER = re.compile(r"（(\d{1,9})号）")


def interpose(visit: Visit) -> None:
    """At the end of a turn: ask whoever lives there and is not being asked anything else."""
    person = visit.person
    if not visit.world.closing_questions or person.run is not None or person.asking not in _WAITS:
        return
    if person.is_paused or person.wants_no_more:
        return
    for question in visit.world.closing_questions:
        is_new = visit.now < question.until and question.id not in person.asked_about
        if is_new and _lives_in(visit.world, person, question.place_code):
            _ask(visit, question)
            return


def answer(visit: Visit, act: int, number: int | None = None) -> None:
    """
    Take an answer to the question that is being asked, or to the one about item `number`.

    Where that question is over they are told so.
    """
    is_current = visit.person.asking == "is_fixed"
    asked = visit.world.closing_questions
    found = visit.closing_question if number is None else next((q for q in asked if q.number == number), None)
    if found is None or visit.now >= found.until:
        visit.say(VoteNoted(is_over=True))
    else:
        visit.records.append(Vote(found.id, act == Act.FIXED))
        visit.say(VoteNoted())
    if is_current:
        step_aside(visit)
    visit.ask_current()


def number_in(tap: Tapped) -> int | None:
    """The item a tapped link is about."""
    found = _NUMBER.search(tap.text)
    return int(found.group(1)) if found else None


def step_aside(visit: Visit) -> None:
    """Go back to what was asked before."""
    asking, payload, title, other = json.loads(visit.person.payload)[1:]
    visit.change(asking=asking, payload=payload, asked=(title, other), page=0)


def _ask(visit: Visit, question: ClosingQuestion) -> None:
    person = visit.person
    if person.asking:
        visit.prompts[:] = [
            prompt for prompt in visit.prompts if not (isinstance(prompt, Choose) and prompt.kind in _WAITS)
        ]
    still = {each.id for each in visit.world.closing_questions}
    asking: Asking = "is_fixed"
    visit.change(
        asking=asking,
        payload=json.dumps([question.id, person.asking, person.payload, *person.asked], ensure_ascii=False),
        asked=("", ""),
        asked_about=(*(each for each in person.asked_about if each in still), question.id),
    )
    visit.ask_current()


def _lives_in(world: World, person: Person, place_code: str) -> bool:
    """By what they answered, else by the code they scanned."""
    codes = [person.home] if person.home else []
    codes = codes or [origin.owner.code for origin in person.origins.values() if origin.owner.kind == "place"]
    today = (world.gazetteer.place(code) for code in codes)
    return any(place is not None and place.code.startswith(place_code) for place in today)
