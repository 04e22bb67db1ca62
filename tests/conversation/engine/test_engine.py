"""The engine's own promises: slots, columns, order, progress, and what survives a change of lists."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.conversation.engine import (
    Script,
    begin,
    current,
    is_open_text,
    progress,
    step,
)
from core.conversation.events import Agreed, Answered, Completed, Dropped, Misunderstood, Refused, WordAsked
from core.conversation.inputs import Act, Said, Tapped, Voice
from core.conversation.prompts import AskPrompt, ConsentPrompt, Finished, NotePrompt, NotUnderstood
from core.conversation.state import Answer, Owner, RunState
from core.places.gazetteer import Gazetteer
from core.questionnaires.reader import load_text
from tests.conversation.engine.dialogue import SHIPPED
from tests.conversation.engine.knotty import knotty
from tests.conversation.engine.people import OFFICE, small_country

QINGYUAN = Owner("place", "451203100", "庆远镇")
AGREE = Tapped(1, 1, 0, Act.AGREE, "我愿意参加")
MakeScript = Callable[[str], Script]


@pytest.fixture
def script(gazetteer: Gazetteer) -> MakeScript:
    """A shipped questionnaire, compiled."""

    def make(name: str) -> Script:
        return Script(load_text((SHIPPED / f"{name}.yaml").read_bytes(), f"{name}.yaml"), gazetteer, **OFFICE)

    return make


def test_consent_comes_before_anything_is_kept(script: MakeScript) -> None:
    residents = script("residents-2021")

    begun = begin(residents, source=QINGYUAN)
    refused = step(residents, begun.state, Said("不参加"))
    agreed = step(residents, begun.state, AGREE)

    assert isinstance(begun.prompts[0], ConsentPrompt)
    assert begun.state.answers == {}
    assert refused.events == (Refused(),)
    assert refused.state.answers == {}
    assert agreed.events == (Agreed(),)


def test_an_answer_is_told_with_what_stood_there_before(script: MakeScript) -> None:
    residents = script("residents-2021")
    state = begin(residents, source=QINGYUAN).state
    for words in ("同意", "对", "不满意", "1"):
        state = step(residents, state, Said(words)).state

    changed = step(residents, state, Tapped(1, 1, 2, 1, "满意"))

    assert changed.events == (
        Answered("gov", Answer(codes=("s5",)), before=Answer(codes=("s1",))),
        Dropped("gov_why"),
    )


def test_a_chosen_place_is_answered_without_asking(script: MakeScript) -> None:
    residents = script("residents-2021")
    begun = begin(residents, source=QINGYUAN, source_is_chosen=True)

    agreed = step(residents, begun.state, AGREE)

    assert agreed.events == (Agreed(), Answered("home", Answer(codes=("451203100",))))
    assert agreed.state.at == "gov"


def test_a_command_word_is_handed_on_and_leaves_the_state_as_it_was(script: MakeScript) -> None:
    residents = script("residents-2021")
    state = step(residents, begin(residents, source=QINGYUAN).state, AGREE).state

    asked = step(residents, state, Said("退出"))

    assert (asked.events, asked.prompts, asked.state) == ((WordAsked("退出"),), (), state)


def test_words_that_answer_nothing_are_quoted_but_not_at_any_length(script: MakeScript) -> None:
    residents = script("residents-2021")
    state = step(residents, begin(residents, source=QINGYUAN).state, AGREE).state

    missed = step(residents, state, Said("还行" * 1000))

    assert missed.events == (Misunderstood("home"),)
    quoted = missed.prompts[0]
    assert isinstance(quoted, NotUnderstood)
    assert len(quoted.words) == 60


def test_the_last_answer_completes_and_nothing_follows(script: MakeScript) -> None:
    residents = script("residents-2021")
    state = begin(residents, source=QINGYUAN, source_is_chosen=True).state
    for words in ("同意", *"一二三一二三一二三一二三", "不想说", "1", "2", "3"):
        words = {"二": "比较满意", "三": "一般"}.get(words, words)
        state = step(residents, state, Said(words)).state

    last = step(residents, state, Said("村屯"))
    after = step(residents, last.state, Said("满意"))

    assert last.events[-1] == Completed()
    assert isinstance(last.prompts[-1], Finished)
    assert (after.events, after.state) == ((), last.state)
    assert current(residents, last.state) == last.prompts[-1:]


def test_the_current_question_comes_back_with_its_note_and_how_to_answer(script: MakeScript) -> None:
    units = script("units-2021")
    state = begin(units, subject=Owner("unit", "U001", "市纪委监委")).state
    for words in ("同意", "1", *["满意"] * 6, "下一步"):
        state = step(units, state, Said(words)).state

    note, question = current(units, state)

    assert isinstance(note, NotePrompt)
    assert isinstance(question, AskPrompt)
    assert (question.key, question.show_manner) == ("age", True)


def test_open_text_is_known_as_such(script: MakeScript) -> None:
    units = script("units-2021")
    state = begin(units, subject=Owner("unit", "U001", "市纪委监委")).state
    assert not is_open_text(units, state)
    state = step(units, state, AGREE).state
    assert not is_open_text(units, state)

    asks_other_words = step(units, state, Said("其他")).state

    assert is_open_text(units, asks_other_words)


@pytest.mark.parametrize(
    ("name", "owner", "count"),
    [
        ("residents-2021", Owner(), 12),
        ("units-2021", Owner("unit", "U001", "市纪委监委"), 6),
        ("leaders-2021", Owner(), 55),
        ("phone-2021", Owner("place", "451203", "宜州区"), 14),
        ("phone-2021", Owner("unit", "U001", "市纪委监委"), 9),
    ],
)
def test_what_progress_counts_to(script: MakeScript, name: str, owner: Owner, count: int) -> None:
    compiled = script(name)

    assert compiled.plan(RunState(subject=owner)).count == count


def test_progress_of_the_third_dimension(script: MakeScript) -> None:
    residents = script("residents-2021")
    state = begin(residents, source=QINGYUAN).state
    assert progress(residents, state) is None
    for words in ("同意", "对", "满意", "满意"):
        state = step(residents, state, Said(words)).state

    assert (state.at, progress(residents, state)) == ("security", (3, 12))


def test_a_shuffled_order_is_the_seeds_and_keeps_an_items_questions_together(script: MakeScript) -> None:
    leaders = script("leaders-2021")

    first, second, again = (begin(leaders, seed=seed).state for seed in (1, 2, 1))

    assert first.orders == again.orders
    assert first.orders != second.orders
    assert sorted(first.orders["counties"]) == sorted(second.orders["counties"])
    items = [stop.slot.item for stop in leaders.plan(first).stops]
    assert items == [code for code in first.orders["counties"] for _ in range(7)] + [""]


def test_a_list_that_lost_and_gained_places_keeps_a_run_going() -> None:
    questionnaire = load_text((SHIPPED / "leaders-2021.yaml").read_bytes(), "leaders-2021.yaml")
    country = small_country()
    before = Script(questionnaire, country, **OFFICE)
    state = step(before, begin(before, seed=3).state, AGREE).state
    gone = state.at.partition("@")[2]
    kept = [place for level in ("city", "county") for place in country.at_level(level) if place.code != gone]
    new = replace(kept[-1], code="451299", name="新县", short_name="新县")

    after = Script(questionnaire, Gazetteer([*kept, new], []), **OFFICE)
    answered = step(after, state, Said("好"))

    assert isinstance(answered.prompts[-1], AskPrompt)
    assert gone not in answered.state.at
    assert any(stop.slot.item == "451299" for stop in after.plan(answered.state).stops)


def test_a_list_that_lost_everything_ends_the_run() -> None:
    text = (SHIPPED / "leaders-2021.yaml").read_text(encoding="utf-8")
    text = text[: text.index("  - id: suggest")] + text[text.index("thanks:") :]
    questionnaire = load_text(text, "leaders-2021.yaml")
    before = Script(questionnaire, small_country(), **OFFICE)
    state = step(before, begin(before).state, AGREE).state

    after = Script(questionnaire, Gazetteer([], []), **OFFICE)
    ended = step(after, state, Said("好"))

    assert ended.events == (Completed(),)
    assert current(after, state) == ended.prompts
    assert progress(after, state) is None
    assert not is_open_text(after, state)


def test_a_name_is_put_into_texts_once_and_not_read_again(script: MakeScript) -> None:
    units = script("units-2021")

    begun = begin(units, subject=Owner("unit", "U001", "{office.phone}{subject.name}"))

    consent = begun.prompts[0]
    assert isinstance(consent, ConsentPrompt)
    assert consent.title == "请您给{office.phone}{subject.name}打分"


def test_a_recognised_voice_is_stored_only_when_it_is_clear(script: MakeScript) -> None:
    residents = script("residents-2021")
    state = step(residents, begin(residents, source=QINGYUAN).state, AGREE).state
    state = step(residents, state, Voice("v1", "对。")).state

    unclear = step(residents, state, Voice("v2", "不是很满意"))

    assert (unclear.state.answers, unclear.events) == (state.answers, ())


def test_a_personal_answer_may_be_passed_over(script: MakeScript) -> None:
    units = script("units-2021")
    state = begin(units, subject=Owner("unit", "U001", "市纪委监委")).state
    for words in ("同意", "1", *["满意"] * 6, "下一步"):
        state = step(units, state, Said(words)).state

    passed = step(units, state, Said("不想说"))

    assert passed.events == (Answered("age", Answer()),)
    assert passed.state.at == "area"


def test_a_first_answer_to_an_earlier_question_drops_what_it_hides(gazetteer: Gazetteer) -> None:
    """Going back can bring up a question that was never asked, before one that is answered already."""
    made = Script(knotty()[-1], gazetteer, **OFFICE)
    state = step(made, begin(made).state, AGREE).state
    for words in ("好", "5", "上一题", "上一题", "中"):
        state = step(made, state, Said(words)).state
    assert (state.at, set(state.answers)) == ("b", {"a", "c"})

    answered = step(made, state, Said("两点"))

    assert answered.events == (Answered("b", Answer(codes=("b2",)), before=None), Dropped("c"))
