"""
Made-up people for tests of the engine: one who answers every question validly, one who sends anything.

And a small country for them: two counties, three townships, four villages, a unit of each category.
"""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from core.conversation.engine import Script
from core.conversation.inputs import Act, Input, Located, Other, Photo, Said, Tapped, Voice
from core.conversation.prompts import AskPrompt
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.questionnaires.lint.keys import UNIT_CATEGORIES
from core.questionnaires.model import Multi, Number, Text

OFFICE = {"office_name": "市绩效办", "office_phone": "0778-2100000"}

_PLACES = (
    PlaceNode("451200", "河池市", "河池市", "city", ""),
    PlaceNode("451202", "金城江区", "金城江区", "county", "451200"),
    PlaceNode("451202100", "东江镇", "东江镇", "township", "451202"),
    PlaceNode("451202100001", "东江社区居委会", "东江社区", "village", "451202100"),
    PlaceNode("451202100002", "里仁村委会", "里仁村", "village", "451202100"),
    PlaceNode("451202101", "六圩镇", "六圩镇", "township", "451202"),
    PlaceNode("451221", "南丹县", "南丹县", "county", "451200"),
    PlaceNode("451221100", "城关镇", "城关镇", "township", "451221"),
    PlaceNode("451221100001", "里仁村委会", "里仁村", "village", "451221100"),
    PlaceNode("451221100002", "四山村委会", "四山村", "village", "451221100"),
)


def small_country() -> Gazetteer:
    """Few places and units, so that repeats over all of them stay short."""
    units = [
        UnitNode(f"U{i:03}", f"第{i}个单位", f"单位{i}", category)
        for i, category in enumerate(sorted(UNIT_CATEGORIES), start=1)
    ]
    return Gazetteer(_PLACES, units)


@dataclass
class Willing:
    """Answers what is asked, validly, by taps and words; now and then passes over what may be passed over."""

    script: Script
    chance: Random

    def answer(self, prompt: AskPrompt, draft_size: int) -> Input:
        """The next input; `draft_size` is how many options of a multi question are picked so far."""
        acts = [act.choice for act in prompt.acts]
        if Act.NEXT in acts and draft_size == 0 and self.chance.random() < 0.2:
            return self._tap(prompt, Act.NEXT)
        question = self.script.slots[prompt.slot - 1].question
        if prompt.manner == "other_words":
            return Said("自己的话")
        if isinstance(question, Multi):
            return self._pick(prompt, question, draft_size)
        if prompt.choices:
            choice = self.chance.choice(prompt.choices)
            stops = Act.STOP_HERE in acts and self.chance.random() < 0.5
            return (
                self._tap(prompt, Act.STOP_HERE) if stops else self._tap(prompt, choice.choice, choice.echo)
            )
        if isinstance(question, Number):
            return Said(str(self._number(question)))
        assert isinstance(question, Text)
        if Act.CLEAR in acts:
            return self._tap(prompt, Act.NEXT)
        return self._tell(question)

    def _tap(self, prompt: AskPrompt, choice: int, text: str = "") -> Tapped:
        return Tapped(1, 1, prompt.slot, choice, text)

    def _pick(self, prompt: AskPrompt, question: Multi, draft_size: int) -> Input:
        least = max(question.min_choices or 0, 1)
        left = [choice for choice in prompt.choices if not choice.picked]
        inclusive = [choice for choice in left if not question.options[choice.choice - 1].exclusive]
        wanted = inclusive or left
        if draft_size >= least and (not wanted or self.chance.random() < 0.5):
            return self._tap(prompt, Act.NEXT)
        # A list whose least number needs the excluding option too is answered by that option alone.
        if not inclusive or (draft_size == 0 and len(inclusive) < least):
            wanted = left
            excluding = [choice for choice in left if question.options[choice.choice - 1].exclusive]
            wanted = excluding or left
        if question.max_choices is not None and draft_size >= question.max_choices:
            return self._tap(prompt, Act.NEXT)
        return self._tap(prompt, self.chance.choice(wanted).choice)

    def _number(self, question: Number) -> float:
        number = next((bound for bound in (question.min, question.max) if bound is not None), 7)
        return int(number) if float(number).is_integer() else number

    def _tell(self, question: Text) -> Input:
        if "text" not in question.allow:
            return Voice("v1") if "voice" in question.allow else Photo("p1")
        sign = "7" if question.pattern else "好"
        return Said(sign * max(question.min_length, 1))


_SAYINGS = """
1 2 3 一 A 13 1、2 满意 民 不 对 不对 上一题 下一步 选好了 跳过 继续 重选 重写 同上 退出 帮助 人工 重来
金城江 南丹 里仁 河池 城关镇 里仁村 7 -3 0.25 三十五岁 1e9 ? ？ 其他：水 同意 不同意 ]]> {subject.name}
"""
_WORDS = st.sampled_from(_SAYINGS.split())
_ACTS = st.sampled_from(
    [value for name, value in vars(Act).items() if not name.startswith("_")]
    + [1, 2, 3, 4, 5, 6, 7, 0, -1, 899]
)
_LABELS = st.sampled_from(["金城江区", "南丹县城关镇", "金城江区东江镇里仁村", "东江镇", "", "别的"])


def anything(slots: int) -> SearchStrategy[Input]:
    """Whatever may arrive, of a kind we know or not."""
    words = st.one_of(_WORDS, st.text(max_size=30), st.just("长" * 3000))
    taps = st.builds(Tapped, st.just(1), st.just(1), st.integers(-1, slots + 1), _ACTS, _LABELS)
    return st.one_of(
        st.builds(Said, words),
        taps,
        taps,
        st.builds(Voice, st.just("v1"), words),
        st.just(Photo("p1")),
        st.just(Located(24.5, 108.6, "庆远")),
        st.builds(Other, st.sampled_from(["video", "link", "shortvideo", "??"])),
    )
