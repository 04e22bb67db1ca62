"""Every bubble of every shipped questionnaire, and of the longest one the format allows, in one reply."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.render import LIMIT_BYTES, Frame, render
from core.conversation.inputs import Act
from core.conversation.kinds.base import Gathered, Here
from core.conversation.layout import Slot, fill
from core.conversation.prompts import (
    AskPrompt,
    Choice,
    ChoosePlace,
    ConsentPrompt,
    NotePrompt,
    Prompt,
    WasShed,
)
from core.conversation.script import Script
from core.conversation.state import NOBODY, Answer, Owner, RunState
from core.places.gazetteer import Gazetteer
from core.places.shipped import shipped_gazetteer
from core.questionnaires.model import Questionnaire, walk
from core.questionnaires.reader import load_text
from tests.bot.chat import links_in, seen
from tests.bot.prompt_samples import NEXT, PREVIOUS
from tests.questionnaires.longest import longest

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "bot" / "questionnaires").glob("*.yaml"))
SHIPPED_IDS = {path.stem for path in SHIPPED}
FRAME = Frame(99_999, 999, "河池市绩效考评领导小组办公室", "0778-2100000", "工作日8:30–18:00")
UNIT = Owner("unit", "U001", "市" * 80)
PLACE = Owner("place", "451225", "罗城仫佬族自治县四把镇")

# Of a repeat over 141 townships the first few say all that can be said about size.
ITEMS = 3
MOST_PAGES = 60


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return shipped_gazetteer()


def scripts(gazetteer: Gazetteer) -> Iterator[Script]:
    for path in SHIPPED:
        yield Script(
            load_text(path.read_bytes(), path.name), gazetteer, FRAME.office_name, FRAME.office_phone
        )
    yield Script(longest(), gazetteer, FRAME.office_name, FRAME.office_phone)


def slots(script: Script) -> Iterator[Slot]:
    items: list[str] = []
    for slot in script.slots:
        if slot.item and slot.item not in items:
            items.append(slot.item)
        if slot.item not in items[ITEMS:]:
            yield slot


def asked(slot: Slot, here: Here) -> AskPrompt:
    """The prompt the engine makes of a question, at its largest: all lines, 上一题 included."""
    question = slot.kind.ask(here)
    return AskPrompt(
        slot=slot.number,
        key=slot.key,
        title=fill(question.title or slot.title, UNIT, PLACE),
        help=fill(slot.help, UNIT, PLACE),
        manner=question.manner,
        choices=question.choices,
        acts=(*question.acts, PREVIOUS),
        progress=(999, 999),
        show_manner=True,
        low=question.low,
        high=question.high,
        unit=question.unit,
    )


def pages_of(*prompts: Prompt) -> list[str]:
    """Every part of a reply, until the first one comes again."""
    *before, last = prompts
    assert isinstance(last, AskPrompt | ConsentPrompt | ChoosePlace)
    pages: list[str] = []
    for page in range(MOST_PAGES):
        reply = render([*before, replace(last, page=page)], FRAME)
        assert len(reply.encode()) <= LIMIT_BYTES
        links_in(reply)
        if pages and reply == pages[0]:
            return pages
        pages.append(reply)
    raise AssertionError(f"no end after {MOST_PAGES} parts")


def shows_all(pages: list[str], choices: tuple[Choice, ...]) -> None:
    """Every choice stands on some part with its number, or can be tapped there."""
    lines = {line for page in pages for line in seen(page).split("\n")}
    for choice in choices:
        assert f"{choice.number} {choice.label}" in lines


def test_every_question_of_every_questionnaire_fits_with_all_its_options(gazetteer: Gazetteer) -> None:
    for script in scripts(gazetteer):
        for slot in slots(script):
            prompt = asked(slot, Here(None, None, NOBODY, False, "wechat"))
            shows_all(pages_of(prompt), prompt.choices)
            shows_all(pages_of(WasShed(), NotePrompt("说" * 160), prompt), prompt.choices)
            words = asked(slot, Here(None, Answer(), PLACE, False, "wechat", asks_words=True))
            pages_of(words)


def test_the_shipped_questions_need_no_parts_and_keep_their_links(gazetteer: Gazetteer) -> None:
    for script in scripts(gazetteer):
        if script.questionnaire.id not in SHIPPED_IDS:
            continue
        for slot in slots(script):
            prompt = asked(slot, Here(None, None, NOBODY, False, "wechat"))
            (page,) = pages_of(prompt)
            tapped = [link.tap.choice for link in links_in(page)]
            assert tapped[: len(prompt.choices)] == [choice.choice for choice in prompt.choices], slot.key


def test_every_list_of_places_shows_every_place_as_a_link(gazetteer: Gazetteer) -> None:
    script = next(each for each in scripts(gazetteer) if each.questionnaire.id == "residents-2021")
    home = script.slots[0]
    for county in asked(home, Here(None, None, NOBODY, False, "wechat")).choices:
        within = home.kind.tap(Here(None, None, NOBODY, False, "wechat"), Act.PLACE, county.echo)
        assert isinstance(within, Gathered)
        prompt = asked(home, Here(None, within.draft, NOBODY, False, "wechat"))

        pages = pages_of(prompt)

        tapped = [link.echo for page in pages for link in links_in(page) if link.tap.choice == Act.PLACE]
        assert tapped == [choice.echo for choice in prompt.choices]


def test_every_consent_fits(gazetteer: Gazetteer) -> None:
    for script in scripts(gazetteer):
        consent = script.consent(RunState(subject=UNIT, source=PLACE), 0)

        pages = pages_of(consent)

        shows_all(pages[-1:], (consent.agree, consent.decline))
        if script.questionnaire.id in SHIPPED_IDS:
            assert [link.tap.choice for link in links_in(*pages)] == [Act.AGREE, Act.DECLINE]


def test_every_note_and_last_word_fits_whole(gazetteer: Gazetteer) -> None:
    def texts(questionnaire: Questionnaire) -> Iterator[str]:
        for question in walk(questionnaire.questions):
            if question.type in ("note", "group", "repeat"):
                yield f"{question.title}{question.help or ''}"
        yield questionnaire.thanks
        yield questionnaire.closed

    for script in scripts(gazetteer):
        for words in texts(script.questionnaire):
            filled = fill(words, UNIT, PLACE)
            assert filled.strip() == render([NotePrompt(filled)], FRAME)


def test_next_is_never_lost_on_a_question_with_many_options(gazetteer: Gazetteer) -> None:
    script = list(scripts(gazetteer))[-1]
    multi = next(slot for slot in script.slots if slot.question.type == "multi")
    prompt = asked(multi, Here(None, None, NOBODY, False, "wechat"))

    pages = pages_of(replace(prompt, acts=(NEXT, PREVIOUS)))

    assert all(Act.NEXT in [link.tap.choice for link in links_in(page)] for page in pages)
