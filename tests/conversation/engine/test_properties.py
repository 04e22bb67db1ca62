"""What holds for any questionnaire and anything anybody sends."""

import json
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from core.conversation.engine import Script, Step, begin, current, progress, step
from core.conversation.events import Agreed, Answered, Completed, Dropped, Ended
from core.conversation.inputs import Act, Input, Tapped
from core.conversation.position import Position
from core.conversation.prompts import AskPrompt, Finished
from core.conversation.run import DECLINED
from core.conversation.state import NOBODY, Owner, RunState
from core.questionnaires.model import Multi, Questionnaire, Rating, Single
from tests.conversation.engine.knotty import knotty
from tests.conversation.engine.people import OFFICE, Willing, anything, small_country
from tests.questionnaires.strategies import questionnaires

COUNTRY = small_country()
AGREE = Tapped(1, 1, 0, Act.AGREE, "")
OWNERS = st.sampled_from(
    [
        NOBODY,
        Owner("place", "451202", "金城江区"),
        Owner("place", "451202100", "东江镇"),
        Owner("place", "451221100001", "里仁村"),
        Owner("place", "451200", "河池市"),
        Owner("place", "999999", "不知哪里"),
        Owner("unit", "U001", "单位1"),
    ]
)
KNOTTY = st.sampled_from(knotty())
# Drawing a questionnaire lints it, which takes most of the time.
EXAMPLES = settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@st.composite
def runs(draw: DrawFn) -> tuple[Script, RunState]:
    """A run of any questionnaire, about anybody, from anywhere."""
    questionnaire = draw(st.one_of(KNOTTY, questionnaires()))
    script = Script(questionnaire, COUNTRY, **OFFICE)
    begun = begin(
        script,
        subject=draw(OWNERS) if questionnaire.subject != "none" else NOBODY,
        source=draw(OWNERS),
        source_is_chosen=draw(st.booleans()),
        channel=draw(st.sampled_from(questionnaire.audience.channels)),
        seed=draw(st.integers(0, 9)),
    )
    return script, begun.state


@st.composite
def sent(draw: DrawFn) -> tuple[Script, RunState, list[Input]]:
    """A run, and anything sent to it; mostly after consent."""
    script, state = draw(runs())
    inputs = draw(st.lists(anything(len(script.slots)), max_size=25))
    return script, state, [AGREE, *inputs] if draw(st.booleans()) else inputs


def stored_and_loaded(state: RunState) -> RunState:
    """The state as the next message finds it."""
    return RunState.load(json.loads(json.dumps(state.dump())))


def check(script: Script, state: RunState) -> None:
    """Whatever happened, this is so."""
    assert stored_and_loaded(state) == state
    position = Position(script, state)
    for key, answer in state.answers.items():
        stop = position.plan.stop(key)
        assert stop is not None, "an answer to what cannot come up"
        assert position.is_visible(stop), "an answer to a hidden question"
        question = stop.slot.question
        if isinstance(question, Single | Multi | Rating):
            assert set(answer.codes) <= {option.code for option in question.options}
        elif question.type == "place":
            assert all(COUNTRY.place(code) for code in answer.codes)
    if state.stage == "asking":
        stop = position.plan.stop(state.at)
        assert stop is not None
        assert position.is_visible(stop)
    else:
        assert (state.at, state.draft, state.asking) == ("", None, "")
    if state.stage == "finished" and not state.outcome:
        for stop in position.plan.stops:
            if position.is_visible(stop):
                assert stop.slot.key in state.answers
                assert not (stop.slot.question.required and state.answers[stop.slot.key].is_empty)


def check_events(before: RunState, stepped: Step) -> None:
    """The events tell how one state's answers became the next one's."""
    answers = dict(before.answers)
    for event in stepped.events:
        match event:
            case Answered(key, answer, was):
                assert answers.get(key) == was
                answers[key] = answer
            case Dropped(key):
                del answers[key]
    assert answers == stepped.state.answers
    finished = [event for event in stepped.events if isinstance(event, Completed | Ended)]
    ends_here = stepped.state.stage == "finished" and before.stage != "finished"
    assert bool(finished) == (ends_here and stepped.state.outcome != DECLINED)


@EXAMPLES
@given(sent())
def test_anything_may_be_sent_at_any_time(given_: tuple[Script, RunState, list[Input]]) -> None:
    script, state, inputs = given_

    for each in inputs:
        stepped = step(script, stored_and_loaded(state), each)

        check_events(state, stepped)
        check(script, stepped.state)
        assert current(script, stepped.state)
        if state.stage == "consent":
            assert not stepped.state.answers or Agreed() in stepped.events
        if state.stage == "finished":
            assert stepped.state == state
            assert not stepped.events
        state = stepped.state


@EXAMPLES
@given(runs(), st.integers(0, 2**32))
def test_whoever_answers_comes_to_the_end_and_the_count_only_grows(
    run: tuple[Script, RunState], seed: int
) -> None:
    script, state = run
    chance = Random(seed)
    person = Willing(script, chance)
    stepped = step(script, state, AGREE)
    shown = (0, progress(script, stepped.state))

    for _ in range(12 * len(script.slots) + 10):
        state = stepped.state
        check(script, state)
        if state.stage == "finished":
            break
        prompt = stepped.prompts[-1]
        assert isinstance(prompt, AskPrompt), prompt
        now = prompt.progress
        if now is not None:
            assert now[0] >= shown[0]
            assert shown[1] is None or shown[1][1] == now[1]
            assert 1 <= now[0] <= now[1]
            shown = (now[0], now)
        picked = sum(choice.picked for choice in prompt.choices)
        answered = person.answer(prompt, picked if prompt.manner == "several" else 0)
        if state.answers and chance.random() < 0.2:
            answered = tap_something_earlier(script, state, chance)
        stepped = step(script, stored_and_loaded(state), answered)

    assert state.stage == "finished"
    assert state.outcome or isinstance(stepped.prompts[-1], Finished)


def tap_something_earlier(script: Script, state: RunState, chance: Random) -> Tapped:
    """A link in an older bubble: an option of a question that was answered."""
    key = chance.choice(sorted(state.answers))
    slot = next(slot for slot in script.slots if slot.key == key)
    return Tapped(1, 1, slot.number, chance.randint(1, 6), "")


@EXAMPLES
@given(st.one_of(KNOTTY, questionnaires()))
def test_slot_numbers_depend_on_nothing_but_the_file(questionnaire: Questionnaire) -> None:
    script, again = (Script(questionnaire, COUNTRY, **OFFICE) for _ in range(2))

    assert [slot.number for slot in script.slots] == list(range(1, len(script.slots) + 1))
    assert len({slot.key for slot in script.slots}) == len(script.slots)
    assert [slot.key for slot in again.slots] == [slot.key for slot in script.slots]
