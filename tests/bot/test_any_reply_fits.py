"""Whatever is rendered: it fits, its links work, and nothing in it breaks the XML or the bubble."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render import LIMIT_BYTES, Frame, render
from bot.rendering.plain_text import ILLEGAL_XML
from core.conversation.prompts import AskPrompt, NotePrompt, Prompt, WasShed
from tests.bot.chat import LINK, links_in
from tests.bot.prompt_samples import PROMPT_KINDS, any_of, any_prompt, words

frames = st.builds(
    Frame,
    round_id=st.integers(0, 200_000),
    run=st.integers(0, 5_000),
    office_name=words(20),
    office_phone=words(20),
    office_hours=words(20),
    links=st.booleans(),
)
unhurried = settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def check(reply: str, frame: Frame) -> None:
    assert len(reply.encode()) <= LIMIT_BYTES
    assert not ILLEGAL_XML.search(reply)
    assert not re.search("[<>]", LINK.sub("", reply)), "only our own links may look like markup"
    assert bool(links_in(reply)) <= frame.links


@pytest.mark.parametrize("kind", PROMPT_KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data(), frame=frames)
@unhurried
def test_any_prompt_of_a_kind_fits(kind: type[Prompt], data: st.DataObject, frame: Frame) -> None:
    check(render([data.draw(any_of(kind))], frame), frame)


@given(prompts=st.lists(any_prompt, max_size=6), frame=frames)
@settings(unhurried, max_examples=80)
def test_any_combination_fits(prompts: list[Prompt], frame: Frame) -> None:
    check(render(prompts, frame), frame)


@given(notes=st.lists(any_of(NotePrompt), max_size=4), ask=any_of(AskPrompt), frame=frames)
@settings(unhurried, max_examples=40)
def test_a_notice_a_few_notes_and_any_question_fit(notes: list[Prompt], ask: AskPrompt, frame: Frame) -> None:
    check(render([WasShed(), *notes, ask], frame), frame)
