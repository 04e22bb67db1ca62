"""
`type: place`: a county, township or village.

    - {id: home, type: place, title: 您住在哪里？, level: township, min_level: county, prefill: source}

Stored as the place's code. Asked from county down, list by list, or by name; the person may stop at
`min_level`. With `prefill` the place of the scanned code is offered first.

The draft's one code is the place chosen so far; an empty draft means the first list is shown.
"""

from dataclasses import replace
from functools import cached_property

from core.conversation.inputs import Act
from core.conversation.kinds.base import (
    MISSED,
    STRAY,
    Asked,
    Column,
    Gathered,
    Here,
    Kind,
    Outcome,
    Taken,
    Trouble,
    act,
    codes_cell,
)
from core.conversation.prompts import Choice, Problem
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.conversation.understanding.options import Lexicon, understand_option
from core.conversation.understanding.places import PlaceNames
from core.conversation.understanding.plain import plain, squeezed
from core.places.gazetteer import LEVELS, Gazetteer, PlaceNode
from core.questionnaires.model import Place

_YES_SAYINGS = "1 一 a 对 对的 是 是的 嗯 没错 对啊 是啊 yes ok 好 就是"
_NO_SAYINGS = "2 二 b 不对 不是 不 不是的 错了 不在 no"
_YES = frozenset(_YES_SAYINGS.split())
_NO = frozenset(_NO_SAYINGS.split())
_WHERE = ("哪里？", "哪儿？", "什么地方？", "哪个地方？")


class PlaceKind(Kind[Place]):
    """Choose a place."""

    type = "place"

    def __init__(self, question: Place, gazetteer: Gazetteer) -> None:
        super().__init__(question, gazetteer)
        self.finest = LEVELS.index(question.level)
        self.fine_enough = LEVELS.index(question.min_level)
        # Filled as places are listed; bounded by the number of places.
        self._lists: dict[str, tuple[Lexicon, tuple[Choice, ...]]] = {}

    @cached_property
    def names(self) -> PlaceNames:
        """Every name down to the question's level; made when the first name is typed."""
        return PlaceNames(self.gazetteer, self.question.level)

    @property
    def counts(self) -> bool:
        """A question that is often answered by the scanned code is no step of its own."""
        return not self.question.prefill_from_source

    def columns(self) -> tuple[Column, ...]:
        """The place's code and its full name."""
        return (Column("", codes_cell), Column("_label", lambda answer: self.label(answer) or None))

    def label(self, answer: Answer) -> str:
        """The full name, 宜州区庆远镇."""
        return "".join(self.gazetteer.full_name(code) for code in answer.codes)

    def ask(self, here: Here) -> Asked:
        """Is it here? Or the list of what is inside the place chosen so far."""
        optional = () if self.question.required else (act(Act.NEXT, commands.NEXT),)
        offered = self._offered(here)
        if offered is not None:
            name = self.gazetteer.full_name(offered.code)
            yes_no = (
                Choice(number=1, label="对", choice=Act.YES, echo=name),
                Choice(number=2, label="不对", choice=Act.NO, echo="不对"),
            )
            return Asked("one", yes_no, optional, title=_is_it(self.question.title, name))
        chosen = self._chosen(here)
        if chosen is None:
            return Asked("place", self._listed("")[1], optional)
        again = act(Act.CLEAR, commands.CLEAR)
        if LEVELS.index(chosen.level) >= self.fine_enough:
            return Asked(
                "place", self._listed(chosen.code)[1], (act(Act.STOP_HERE, f"就选{chosen.short_name}"), again)
            )
        return Asked("place", self._listed(chosen.code)[1], (*optional, again))

    def silent(self, here: Here) -> Answer | None:
        """A place the person chose in this chat a moment ago is not asked for again."""
        if not (self.question.prefill_from_source and here.source_is_chosen):
            return None
        place = self._source(here)
        return Answer(codes=(place.code,)) if place is not None and self._is_enough(place) else None

    def tap(self, here: Here, choice: int, text: str) -> Outcome:
        """A place, yes or no, this is enough, or from the top."""
        if choice == Act.PLACE:
            return self._named_by_us(text)
        if choice in (Act.NO, Act.CLEAR):
            return Gathered(Answer())
        if choice == Act.YES:
            offered = self._offered(here)
            return STRAY if offered is None else self._settle(offered)
        if choice == Act.STOP_HERE:
            return self._stop_here(here)
        return STRAY

    def change(self, here: Here, choice: int, text: str) -> Outcome:
        """A place's link, later: it replaces the answer. "No" asks the question again."""
        if choice in (Act.PLACE, Act.YES):
            outcome = self._named_by_us(text)
            if isinstance(outcome, Gathered) and outcome.draft is not None:
                place = self.gazetteer.place(outcome.draft.codes[0])
                inside = place is not None and here.stored is not None and self._holds(place, here.stored)
                if inside and here.stored is not None:
                    return Taken(here.stored)
            return outcome
        return Gathered(Answer()) if choice == Act.NO else STRAY

    def hear(self, here: Here, words: str) -> Outcome:
        """Yes or no, a number from the list, or a name."""
        offered = self._offered(here)
        if offered is not None:
            said = squeezed(plain(words))
            if "?" not in said and said in _YES:
                return self._settle(offered)
            if said in _NO:
                return Gathered(Answer())
        else:
            outcome = self._hear_from_list(here, words)
            if outcome is not None:
                return outcome
        chosen = self._chosen(here)
        found = self.names.find(words, chosen.code if chosen else "")
        if len(found) > 1:
            return Trouble(Problem("place_ambiguous", words=words))
        return self._go_into(found[0]) if found else MISSED

    def located(self, here: Here) -> Outcome:
        """A point on the map cannot be turned into a place without asking a map."""
        return Trouble(Problem("place_not_found"))

    def step_back(self, here: Here) -> Gathered | None:
        """From a list to the first one, and from that to the place that was offered."""
        if here.draft is None:
            return None
        if here.draft.codes:
            return Gathered(Answer())
        return Gathered(None) if self._offered(replace(here, draft=None)) is not None else None

    def finish(self, here: Here) -> Outcome:
        """下一步: what is chosen so far if it is fine enough."""
        chosen = self._chosen(here)
        if chosen is not None and self._is_enough(chosen):
            return Taken(Answer(codes=(chosen.code,)))
        return super().finish(here)

    def _hear_from_list(self, here: Here, words: str) -> Outcome | None:
        chosen = self._chosen(here)
        if chosen is not None and squeezed(plain(words)) == plain(f"就选{chosen.short_name}"):
            return self._stop_here(here)
        lexicon, choices = self._listed(chosen.code if chosen else "")
        position = understand_option(words, lexicon)
        return None if position is None else self._named_by_us(choices[position].echo)

    def _named_by_us(self, echo: str) -> Outcome:
        """A tap carries the full name we gave its link."""
        place = self._by_full_name.get(echo.strip())
        return STRAY if place is None else self._go_into(place)

    @cached_property
    def _by_full_name(self) -> dict[str, PlaceNode]:
        nodes = (node for level in LEVELS[1 : self.finest + 1] for node in self.gazetteer.at_level(level))
        return {self.gazetteer.full_name(node.code): node for node in nodes}

    def _go_into(self, place: PlaceNode) -> Outcome:
        """A place was named: it is the answer, or its own list comes next."""
        if LEVELS.index(place.level) >= self.finest or not self.gazetteer.children(place.code):
            return Taken(Answer(codes=(place.code,)))
        return Gathered(Answer(codes=(place.code,)))

    def _settle(self, place: PlaceNode) -> Outcome:
        """ "Yes, here": enough if it is as fine as it must be."""
        return Taken(Answer(codes=(place.code,))) if self._is_enough(place) else self._go_into(place)

    def _stop_here(self, here: Here) -> Outcome:
        chosen = self._chosen(here)
        if chosen is None or not self._is_enough(chosen):
            return STRAY
        return Taken(Answer(codes=(chosen.code,)))

    def _is_enough(self, place: PlaceNode) -> bool:
        # Where the lists end above min_level, nothing finer can be given.
        return LEVELS.index(place.level) >= self.fine_enough or not self.gazetteer.children(place.code)

    def _chosen(self, here: Here) -> PlaceNode | None:
        return self.gazetteer.place(here.draft.codes[0]) if here.draft and here.draft.codes else None

    def _offered(self, here: Here) -> PlaceNode | None:
        """The place to ask "is it here?" about: the answer given before, or the code's own."""
        if here.draft is not None or not self.question.prefill_from_source:
            return None
        if here.stored is not None and here.stored.codes:
            return self.gazetteer.place(here.stored.codes[0])
        return self._source(here)

    def _source(self, here: Here) -> PlaceNode | None:
        """The code's place, cut to the question's level; None for a unit's code, the city or none."""
        if here.source.kind != "place":
            return None
        path = self.gazetteer.path(here.source.code)[: self.finest]
        return path[-1] if path and path[-1].level != LEVELS[0] and not path[-1].retired else None

    def _holds(self, place: PlaceNode, answer: Answer) -> bool:
        return any(place.code == above.code for code in answer.codes for above in self.gazetteer.path(code))

    def _listed(self, parent: str) -> tuple[Lexicon, tuple[Choice, ...]]:
        """The places directly inside one ('' for the counties), as links and as words."""
        if parent not in self._lists:
            nodes = self.gazetteer.children(parent) if parent else self.gazetteer.counties
            choices = tuple(
                Choice(i, node.short_name, Act.PLACE, self.gazetteer.full_name(node.code))
                for i, node in enumerate(nodes, start=1)
            )
            self._lists[parent] = (Lexicon.of([node.short_name for node in nodes]), choices)
        return self._lists[parent]


def _is_it(title: str, name: str) -> str:
    """`您住在哪里？` with a place in it: `您住在宜州区庆远镇，对吗？`."""
    for where in _WHERE:
        if title.endswith(where):
            return f"{title.removesuffix(where)}{name}，对吗？"
    return f"{title}{name}，对吗？"
