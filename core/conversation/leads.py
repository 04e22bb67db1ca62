"""
Where a code leads: which round and questionnaire, about whom, and what to ask when something is under way.

A code names a place or a unit and never a round; which questionnaire it opens depends on the round that is
open. A person's answers belong to the first code that led there (`Origin`). Who has no code says where they
live instead.
"""

from core.conversation import choosing_place
from core.conversation.incoming import Followed, Scanned, Scene
from core.conversation.inputs import Act, Input, Said, Tapped, Voice
from core.conversation.person import Goal, Lead, Origin, Run
from core.conversation.prompts import (
    AlreadyAnswered,
    AlreadyClosed,
    NothingOpen,
    NotUnderstood,
    NotYetOpen,
    Problem,
    UnknownCode,
    Welcome,
)
from core.conversation.state import NOBODY, Owner
from core.conversation.understanding import commands
from core.conversation.understanding.greetings import is_greeting
from core.conversation.visit import COUNTED, RESUME_AFTER, Visit
from core.conversation.world import Form
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Who

WHO_OF_SCENE: dict[str, Who] = {"place": "residents", "unit": "service_users"}
# Said while a township is asked for, these lead back to the counties.
_BACK = (commands.PREVIOUS, commands.CLEAR, commands.RESTART)


# Codes -------------------------------------------------------------------------------------------------


def arrived(visit: Visit, what: Followed | Scanned) -> None:
    """They followed, or scanned a code."""
    visit.stop_asking()
    visit.change(owes_phone=False)
    is_retired = what.raw in visit.world.catalog.retired_scenes
    owner = owner_of(visit.world.gazetteer, what.scene) if what.scene and not is_retired else None
    if what.scene is not None and owner is not None:
        _follow_code(visit, what.scene, owner)
        return
    if what.raw:
        visit.say(UnknownCode())
    without_code(visit)


def _follow_code(visit: Visit, scene: Scene, owner: Owner) -> None:
    form = visit.world.form_for(WHO_OF_SCENE[scene.kind], visit.now)
    goal = _goal_of(form, owner) if form else None
    if form is None or goal is None:
        visit.say(NothingOpen())
        visit.resume()
    elif not form.is_open(visit.now):
        _say_when(visit, form, goal)
        visit.resume()
    else:
        enter(visit, form, Lead(goal, Origin(scene.raw, owner)))


def owner_of(gazetteer: Gazetteer, scene: Scene) -> Owner | None:
    """Who put the code up; None when nobody we know, or when the code is of another kind."""
    if scene.kind == "place":
        # A village may be gone without a successor; its township still stands behind the code.
        standing = [place for place in gazetteer.path(scene.code) if not place.retired]
        if not standing:
            return None
        return Owner("place", standing[-1].code, gazetteer.full_name(standing[-1].code))
    if scene.kind == "unit":
        unit = gazetteer.unit(scene.code)
        return Owner("unit", unit.code, unit.short_name) if unit is not None and not unit.retired else None
    return None


def _goal_of(form: Form, owner: Owner) -> Goal | None:
    """What the owner's code leads to in this form; None when the form cannot be about the owner."""
    rule = form.questionnaire.subject
    if rule == "none":
        return Goal(form.round_id, form.questionnaire.id)
    if owner.kind != "none" and rule in (owner.kind, "place_or_unit"):
        return Goal(form.round_id, form.questionnaire.id, owner)
    return None


# Where it leads ----------------------------------------------------------------------------------------


def enter(visit: Visit, form: Form, lead: Lead) -> None:
    """Begin what the code leads to, unless something else is under way: then ask."""
    run = visit.run
    if run is not None and run.goal.key == lead.goal.key:
        _same_again(visit, run, form)
    elif run is not None and run.state.stage == "asking" and not _is_refused(visit, form, lead.goal):
        visit.ask(
            "finish_first",
            visit.title_of(visit.form_of(run), run.goal),
            payload=lead.pack(),
            other=visit.title_of(form, lead.goal),
        )
    else:
        go_to(visit, form, lead)


def go_to(visit: Visit, form: Form, lead: Lead) -> None:
    """Begin, go on with what was set aside, or offer to answer anew; what is under way waits."""
    shelved = next((run for run in visit.person.shelf if run.goal.key == lead.goal.key), None)
    title = visit.title_of(form, lead.goal)
    if shelved is not None:
        visit.ask("go_on_or_restart", title, payload=str(shelved.number))
    elif _is_refused(visit, form, lead.goal):
        visit.say(AlreadyAnswered(title))
        visit.ask_current()
    elif _has_answered(visit, form, lead.goal):
        visit.ask("answer_anew", title, payload=lead.pack())
    else:
        begin_at(visit, form, lead)


def begin_at(visit: Visit, form: Form, lead: Lead) -> None:
    """Begin; what came of it earlier is replaced in the end."""
    earlier = visit.earlier(form, lead.goal)
    visit.start(form, lead, earlier.response_id if earlier else None)


def offer_goal(visit: Visit, goal: Goal) -> bool:
    """To a goal they reached, once more; False when its round takes no more answers."""
    form = visit.form_at(goal)
    if form is None or not form.is_open(visit.now):
        return False
    enter(visit, form, Lead(goal, visit.person.origins.get(goal.key, Origin("", NOBODY))))
    return True


def offer_last(visit: Visit) -> None:
    """They want to change what they handed in last."""
    if not visit.person.done or not offer_goal(visit, visit.person.done[-1].goal):
        without_code(visit)


def _same_again(visit: Visit, run: Run, form: Form) -> None:
    """The code under way was scanned again."""
    if run.state.stage == "consent":
        visit.ask_current()
    else:
        visit.ask("go_on_or_restart", visit.title_of(form, run.goal))


def _has_answered(visit: Visit, form: Form, goal: Goal) -> bool:
    earlier = visit.earlier(form, goal)
    return earlier is not None and earlier.status in COUNTED


def _is_refused(visit: Visit, form: Form, goal: Goal) -> bool:
    """
    Whether they have answered and cannot answer anew.

    Nor can they once they had their data deleted: nobody could tell which answers to replace.
    """
    earlier = visit.earlier(form, goal)
    if earlier is None or earlier.status not in COUNTED:
        return False
    return form.questionnaire.one_response.on_repeat == "refuse" or earlier.response_id is None


# Without a code ----------------------------------------------------------------------------------------


def heard_without_run(visit: Visit, *, is_wish: bool) -> None:
    """
    Words came while nothing is under way. `is_wish`: they say that they want to take part.

    Who asked to be left alone, or has just declined, is not asked again for a mere word; right after the
    end a word is about what was handed in.
    """
    person = visit.person
    last = person.done[-1] if person.done else None
    has_declined = last is not None and last.status == "refused"
    if not is_wish and (person.wants_no_more or has_declined):
        visit.say(Welcome())
        return
    is_about_last = last is not None and not is_wish and visit.around.silent_for < RESUME_AFTER
    if last is None or not is_about_last or not offer_goal(visit, last.goal):
        without_code(visit)


def without_code(visit: Visit) -> None:
    """No code says where to go: on with what is under way, or to the residents' questionnaire."""
    if visit.run is not None:
        visit.resume()
        return
    form = visit.world.form_for("residents", visit.now)
    if form is None:
        visit.say(Welcome(), NothingOpen())
        return
    goal = Goal(form.round_id, form.questionnaire.id)
    if not form.is_open(visit.now):
        visit.say(Welcome())
        _say_when(visit, form, goal)
        return
    origin = visit.person.origins.get(goal.key)
    if origin is not None or _has_answered(visit, form, goal):
        enter(visit, form, Lead(goal, origin or Origin("", NOBODY)))
    else:
        visit.ask_place(greet=True)


def leads_back(word: str) -> bool:
    """Whether the word, said while a township is asked for, means to choose the county again."""
    return word in _BACK


def place_answered(visit: Visit, said: Input) -> None:
    """They said or tapped something while the place was asked for."""
    county = visit.person.payload
    words = (
        said.recognised if isinstance(said, Voice) else said.text if isinstance(said, Said | Tapped) else ""
    )
    word = commands.command(words)
    if word == commands.MORE or (isinstance(said, Tapped) and said.choice == Act.MORE):
        visit.ask_place(county, page=visit.person.page + 1)
        return
    if word is not None and leads_back(word) and county:
        visit.ask_place()
        return
    found = choosing_place.understand(visit.world, words, county)
    if len(found) == 1 and found[0].level == "county":
        visit.ask_place(found[0].code)
    elif len(found) == 1:
        _begin_at_place(visit, found[0].code)
    else:
        if found:
            visit.say(Problem("place_ambiguous", words=words))
        elif not (is_greeting(words) or visit.has_been_away):
            visit.say(NotUnderstood(words))
        visit.ask_current()


def _begin_at_place(visit: Visit, place_code: str) -> None:
    """The place was chosen in the chat; it stands in for a code."""
    visit.stop_asking()
    form = visit.world.form_for("residents", visit.now)
    owner = Owner("place", place_code, visit.world.gazetteer.full_name(place_code))
    goal = _goal_of(form, owner) if form else None
    if form is None or goal is None or not form.is_open(visit.now):
        without_code(visit)
        return
    enter(visit, form, Lead(goal, Origin("", owner, is_chosen=True)))


# When it is over ---------------------------------------------------------------------------------------


def say_closed(visit: Visit, form: Form, goal: Goal) -> None:
    """Tell that the round is over, in the questionnaire's own words."""
    origin = visit.person.origins.get(goal.key)
    words = visit.script_of(form).closed(goal.subject, origin.owner if origin else NOBODY)
    visit.say(AlreadyClosed(visit.title_of(form, goal), form.round.closes_at, words))


def go_on_after(visit: Visit, ended: Run) -> None:
    """The run they were in was broken off: on to what waits, or to what the same code leads to now."""
    if visit.run is not None:
        visit.resume()
        return
    who = visit.form_of(ended).questionnaire.audience.who
    form = visit.world.form_for(who, visit.now)
    goal = _goal_of(form, ended.origin.owner) if form else None
    if form is None or goal is None:
        return
    if form.is_open(visit.now):
        enter(visit, form, Lead(goal, ended.origin))
    elif not form.is_over(visit.now):
        _say_when(visit, form, goal)


def _say_when(visit: Visit, form: Form, goal: Goal) -> None:
    """Tell when the round opens, or that it is over."""
    if form.is_over(visit.now):
        say_closed(visit, form, goal)
    else:
        visit.say(NotYetOpen(visit.title_of(form, goal), form.round.opens_at))
