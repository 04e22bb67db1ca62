"""
Taps: each link says which round, run and question it was made for, and old ones stay in the chat for years.

A link of the run under way goes to the engine. A link of the desk's own is checked against what the desk asks
now. Any other is of something that is over.
"""

from typing import Literal

from core.conversation import asks, leads, wishes, words
from core.conversation.inputs import Act, Tapped
from core.conversation.person import Done, Lead, Run
from core.conversation.prompts import Kept, StaleTap
from core.conversation.understanding import commands
from core.conversation.visit import Visit

# A link has room for three digits of the run's number; nobody taps a link a thousand runs old.
RUN_NUMBERS_IN_LINKS = 1000
# What an old link of the desk's still means: the word for it, which asks first where something could be lost.
_WORD_OF_OLD_LINK = {
    Act.START_OVER: commands.RESTART,
    Act.ANSWER_ANEW: commands.RESTART,
    Act.PAUSE: commands.QUIT,
    Act.NEVER_AGAIN: commands.QUIT,
    Act.DELETE: commands.DELETE,
    Act.HUMAN: commands.HUMAN,
    Act.HELP: commands.HELP,
}


def is_of_run(tap: Tapped, run: Run | Done | None) -> bool:
    """Whether the link was made for this run."""
    if run is None:
        return False
    number = run.number if isinstance(run, Run) else run.run
    return (tap.round_id, tap.run) == (run.goal.round_id, number % RUN_NUMBERS_IN_LINKS)


def is_of_desk(visit: Visit, tap: Tapped) -> bool:
    """Whether the link is one of the desk's own, not of a questionnaire."""
    if tap.slot == 0 and tap.choice in (Act.PLACE, Act.MORE):
        return visit.person.asking == "place"
    return tap.slot == 0 and tap.choice >= Act.GO_ON


def tapped_desk(visit: Visit, tap: Tapped) -> None:
    """A link of the desk's own."""
    if tap.choice in (Act.PLACE, Act.MORE):
        leads.place_answered(visit, tap)
    elif tap.choice in (Act.FIXED, Act.NOT_FIXED) and asks.number_in(tap) is not None:
        asks.answer(visit, tap.choice, asks.number_in(tap))
    elif words.is_offered(visit, tap.choice):
        words.answer_desk(visit, tap.choice)
    elif tap.choice == Act.PAUSE and visit.person.is_paused:
        words.pause(visit)  # tapped twice
    elif tap.choice in (Act.TELL, Act.DONT_TELL) and visit.person.offered:
        # Later, or another way than before: they may still say so.
        (wishes.accept if tap.choice == Act.TELL else wishes.decline)(visit)
        visit.ask_current()
    elif tap.choice in _WORD_OF_OLD_LINK:
        words.act_on(visit, _WORD_OF_OLD_LINK[tap.choice])
    elif visit.is_asking:
        visit.ask_current()
    else:
        visit.say(Kept() if tap.choice == Act.KEEP else StaleTap("nothing"))


def tapped_elsewhere(visit: Visit, tap: Tapped) -> None:
    """A link of another run: set aside, handed in, begun anew since, or of another round."""
    shelved = next((run for run in visit.person.shelf if is_of_run(tap, run)), None)
    if shelved is not None:
        # As if they had scanned its code.
        leads.enter(visit, visit.form_of(shelved), Lead(shelved.goal, shelved.origin))
        return
    done = next((done for done in visit.person.done if is_of_run(tap, done)), None)
    if visit.run is None and done is not None and leads.offer_goal(visit, done.goal):
        return
    # A link without a run was made while none was under way: it offered places, or help.
    has_run = (tap.round_id, tap.run) != (0, 0)
    if has_run or visit.person.wants_no_more:
        visit.say(StaleTap(_over(visit, tap) if has_run else "nothing"))
    if visit.is_asking:
        visit.ask_current()
    elif not visit.person.wants_no_more:
        leads.without_code(visit)


def _over(visit: Visit, tap: Tapped) -> Literal["round", "run", "nothing"]:
    """What is over of which the link is."""
    entry = visit.world.catalog.round(tap.round_id)
    if entry is None or not entry.is_open(visit.now):
        return "round"
    return "run" if visit.run is not None else "nothing"
