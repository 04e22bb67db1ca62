"""
A questionnaire compiled for conversations: slots, texts and conditions prepared once, shared by all runs.

Reads nothing but the questionnaire and the gazetteer it was made from; when either changes, a new Script
is made. Safe to share between threads: what it keeps besides are plans, each computed from its key alone.
"""

import random

from core.conversation.inputs import Act
from core.conversation.kinds.registry import Layout
from core.conversation.layout import Element, Site, Slot, fill, numbered
from core.conversation.plan import Plan, make_plan
from core.conversation.prompts import Choice, ConsentPrompt
from core.conversation.state import Owner, RunState
from core.conversation.understanding.options import Lexicon
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire, Repeat

PlanKey = tuple[str, str, str]


class Script:
    """One questionnaire with one gazetteer, ready to be asked."""

    def __init__(
        self, questionnaire: Questionnaire, gazetteer: Gazetteer, office_name: str, office_phone: str
    ) -> None:
        self.questionnaire = questionnaire
        self.gazetteer = gazetteer
        self._fixed = {"office.name": office_name, "office.phone": office_phone}
        site = Site(fixed=self._fixed)
        layout = Layout(gazetteer)
        self.elements: tuple[Element, ...] = numbered(layout.all(questionnaire.questions, site))
        self.slots: tuple[Slot, ...] = tuple(each for each in self.elements if isinstance(each, Slot))
        self._shuffled = tuple(
            question
            for question in questionnaire.walk()
            if isinstance(question, Repeat) and question.order == "shuffled"
        )
        self._plans: dict[PlanKey, Plan] = {}
        consent = questionnaire.consent
        self.consent_lexicon = Lexicon.of((consent.agree, consent.decline))
        self._consent_choices = tuple(
            Choice(number=i, label=label, choice=choice, echo=label)
            for i, (choice, label) in enumerate(
                ((Act.AGREE, consent.agree), (Act.DECLINE, consent.decline)), start=1
            )
        )
        self._title = site.text(questionnaire.title)
        self._intro = site.text(questionnaire.intro)
        self._consent_text = site.text(consent.text)
        self._thanks = site.text(questionnaire.thanks)
        self._closed = site.text(questionnaire.closed)

    def slot(self, number: int) -> Slot | None:
        """The slot a tap names."""
        return self.slots[number - 1] if 1 <= number <= len(self.slots) else None

    def plan(self, state: RunState) -> Plan:
        """The way of this run. Runs without a shuffled repeat share theirs."""
        key = (state.subject.kind, state.source.kind, state.channel)
        plan = self._plans.get(key)
        if plan is not None and not state.orders:
            return plan
        surroundings = {"subject.kind": key[0], "source.kind": key[1], "channel": key[2]}
        plan = make_plan(self.elements, surroundings, state.orders)
        if not state.orders:
            self._plans[key] = plan
        return plan

    def orders(self, seed: int) -> dict[str, tuple[str, ...]]:
        """An order for each shuffled repeat, by its id."""
        # The order of questions guards no secret; it must only differ from person to person.
        chance = random.Random(seed)  # noqa: S311
        orders: dict[str, tuple[str, ...]] = {}
        for repeat in self._shuffled:
            codes = [item.code for item in self.gazetteer.subjects_over(repeat.over)]
            chance.shuffle(codes)
            orders[repeat.id] = tuple(codes)
        return orders

    def title(self, subject: Owner, source: Owner) -> str:
        """The questionnaire's title."""
        return fill(self._title, subject, source)

    def thanks(self, subject: Owner, source: Owner) -> str:
        """The words at the end."""
        return fill(self._thanks, subject, source)

    def closed(self, subject: Owner, source: Owner) -> str:
        """The words for those who come too late."""
        return fill(self._closed, subject, source)

    def consent(self, state: RunState, page: int) -> ConsentPrompt:
        """The first bubble."""
        agree, decline = self._consent_choices
        return ConsentPrompt(
            title=self.title(state.subject, state.source),
            intro=fill(self._intro, state.subject, state.source),
            text=fill(self._consent_text, state.subject, state.source),
            agree=agree,
            decline=decline,
            min_age=self.questionnaire.audience.min_age,
            page=page,
        )
