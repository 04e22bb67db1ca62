"""
Where a code leads: which round and questionnaire, about whom, and what to ask when something is under way.

A code names a place or a unit and never a round; which questionnaire it opens depends on the round that is
open. A person's answers belong to the first code that led there (`Origin`).
"""

from core.conversation import choosing_place
from core.conversation.incoming import Followed, Scanned, Scene
from core.conversation.person import Goal, Lead, Origin, Run
from core.conversation.prompts import AlreadyClosed, NothingOpen, NotYetOpen, UnknownCode, Welcome
from core.conversation.state import NOBODY, Owner
from core.conversation.visit import Visit, goal_key_for_repeat, reached
from core.conversation.world import Form
from core.questionnaires.model import Who

WHO_OF_SCENE: dict[str, Who] = {"place": "residents", "unit": "service_users"}


def arrived(visit: Visit, what: Followed | Scanned) -> None:
    """They followed, or scanned a code."""
    visit.stop_asking()
    visit.change(owes_phone=False)
    visit.break_off_what_is_over()
    owner = _owner_of(visit, what.scene) if what.scene else None
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
        visit.say_when(form, goal)
        visit.resume()
    else:
        enter(visit, form, Lead(goal, Origin(scene.raw, owner)))


def enter(visit: Visit, form: Form, lead: Lead) -> None:
    """Begin what the code leads to, unless something stands in the way: then ask."""
    run = visit.run
    title = visit.title_of(form, lead.goal)
    if run is not None and run.goal.key == lead.goal.key:
        _same_again(visit, run, title)
        return
    if run is not None and run.state.stage == "asking":
        here = visit.form_of(run)
        visit.ask(
            "finish_first",
            visit.title_of(here, run.goal) if here else "",
            payload=lead.pack(),
            other=title,
        )
        return
    visit.change(run=None)  # only consent was asked so far: nothing is lost
    shelved = next((other for other in visit.person.shelf if other.goal.key == lead.goal.key), None)
    if shelved is not None:
        visit.ask("go_on_or_restart", title, payload=str(shelved.number))
    elif reached(visit, form, lead.goal) is not None:
        visit.offer_anew(form, lead)
    else:
        begin_at(visit, form, lead)


def begin_at(visit: Visit, form: Form, lead: Lead) -> None:
    """Begin; a complete answer will replace an earlier one, or an earlier refusal."""
    earlier = visit.person.done_with(goal_key_for_repeat(form, lead.goal))
    counted = reached(visit, form, lead.goal)
    replaces = earlier.response_id if earlier and (counted or earlier.status == "refused") else None
    visit.start(form, lead, replaces)


def without_code(visit: Visit) -> None:
    """They wrote or followed without a code: the place is chosen in the chat, if residents are asked now."""
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
        visit.say_when(form, goal)
        return
    origin = visit.person.origins.get(goal.key)
    if reached(visit, form, goal) is not None:
        visit.offer_anew(form, Lead(goal, origin or Origin("", NOBODY)))
    elif origin is not None:
        enter(visit, form, Lead(goal, origin))
    else:
        choosing_place.ask(visit, greet=True)


def with_chosen_place(visit: Visit, place_code: str) -> None:
    """The place was chosen in the chat; it stands in for a code."""
    visit.stop_asking()
    gazetteer = visit.world.gazetteer
    form = visit.world.form_for("residents", visit.now)
    owner = Owner("place", place_code, gazetteer.full_name(place_code))
    goal = _goal_of(form, owner) if form else None
    if form is None or goal is None or not form.is_open(visit.now):
        without_code(visit)
        return
    enter(visit, form, Lead(goal, Origin("", owner, is_chosen=True)))


def tell_over_and_go_on(visit: Visit, ended: Form) -> None:
    """The run they were in is over: say why, then what they can do instead."""
    if ended.is_open(visit.now):  # it lay idle too long; the round itself goes on
        without_code(visit)
        return
    goal = Goal(ended.round_id, ended.questionnaire.id)
    visit.say(AlreadyClosed(visit.title_of(ended, goal), ended.round.closes_at, ended.questionnaire.closed))
    following = visit.world.form_for("residents", visit.now)
    if following is None or following.round_id == ended.round_id or following.is_over(visit.now):
        return
    if following.is_open(visit.now):
        without_code(visit)
    else:
        visit.say(NotYetOpen(following.questionnaire.title, following.round.opens_at))


def take_up_shelved(visit: Visit) -> None:
    """After one questionnaire is over, go on with one that was set aside."""
    if visit.run is None and visit.person.shelf:
        visit.take_from_shelf(visit.person.shelf[-1])


def offer_last(visit: Visit) -> None:
    """They want to change what they handed in last."""
    if not visit.person.done or not offer_goal(visit, visit.person.done[-1].goal):
        without_code(visit)


def offer_goal(visit: Visit, goal: Goal) -> bool:
    """Offer to answer a reached goal anew; False when its round takes no more answers."""
    form = visit.form_at(goal)
    if form is None or not form.is_open(visit.now):
        return False
    visit.offer_anew(form, Lead(goal, visit.person.origins.get(goal.key, Origin("", NOBODY))))
    return True


def open_lead(visit: Visit) -> tuple[Form, Lead] | None:
    """The lead that the desk's question was about, if its round still takes answers."""
    lead = Lead.unpack(visit.person.payload)
    form = visit.form_at(lead.goal)
    return (form, lead) if form is not None and form.is_open(visit.now) else None


def _same_again(visit: Visit, run: Run, title: str) -> None:
    """The code under way was scanned again."""
    if run.state.stage == "consent":
        visit.show_current()
    else:
        visit.ask("go_on_or_restart", title)


def _owner_of(visit: Visit, scene: Scene) -> Owner | None:
    """Who put the code up; None when there is no such place or unit, or the code is of another kind."""
    gazetteer = visit.world.gazetteer
    if scene.kind == "place":
        place = gazetteer.place(scene.code)
        return Owner("place", place.code, gazetteer.full_name(place.code)) if place else None
    if scene.kind == "unit":
        unit = gazetteer.unit(scene.code)
        return Owner("unit", unit.code, unit.short_name) if unit else None
    return None


def _goal_of(form: Form, owner: Owner) -> Goal | None:
    """What the owner's code leads to in this form; None when the form cannot be about the owner."""
    rule = form.questionnaire.subject
    goal = Goal(form.round_id, form.questionnaire.id)
    if rule == "none":
        return goal
    if owner.kind != "none" and rule in (owner.kind, "place_or_unit"):
        return Goal(goal.round_id, goal.questionnaire_id, owner)
    return None
