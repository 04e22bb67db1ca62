"""
A questionnaire as far as it can be understood, faults and all.

Built from the tree without complaint: what is missing or of the wrong kind is None or left out, so that
every rule can look at what it needs, and one fault does not hide or cause another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from core.questionnaires import conditions
from core.questionnaires.conditions import Condition, ConditionError
from core.questionnaires.lint import keys
from core.questionnaires.lint.keys import Key, Table
from core.questionnaires.nodes import MapNode, shown


@dataclass(frozen=True, slots=True)
class Visit:
    """A map of the file with its table. `loose`: its kind is unknown, so unknown keys are not judged."""

    node: MapNode
    table: Table
    misplaced: tuple[str, ...] = ()
    loose: bool = False
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Words for people: under which key, how long they may be, and the repeat variables they may name."""

    key: str
    text: str
    line: int
    chars: int
    variables: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class DraftQuestion:
    """
    One question. `type` is None when it is missing or unknown; `parents` are the groups and repeats around
    it, outermost first; `position` counts from 0 in the file's order, containers before what they hold.
    """

    node: MapNode
    id: str | None
    type: str | None
    parents: tuple["DraftQuestion", ...]
    position: int
    options: tuple[MapNode, ...]
    condition: Condition | None
    condition_error: ConditionError | None

    @property
    def line(self) -> int:
        """The line the question begins on."""
        return self.node.line

    @property
    def name(self) -> str:
        """How a message calls it."""
        return f"题目“{shown(self.id)}”" if self.id else "这道题"

    @property
    def is_answerable(self) -> bool:
        """Whether it takes an answer."""
        return self.type in keys.ANSWERABLE_TYPES

    @cached_property
    def repeat(self) -> "DraftQuestion | None":
        """The innermost repeat around it."""
        return next((parent for parent in reversed(self.parents) if parent.type == "repeat"), None)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes that can be its answer."""
        return tuple(code for option in self.options if (code := option.text("code")) is not None)


@dataclass(frozen=True, slots=True)
class OptionList:
    """Options that stand together: a scale's (`scale` is its name), or a question's."""

    holder: MapNode
    options: tuple[MapNode, ...]
    scale: str | None
    type: str | None

    @property
    def line(self) -> int:
        """The line of the key `options`."""
        return self.holder.line_of("options")


class Draft:
    """All the rules look at. `filename` is as it was given, perhaps with folders, perhaps empty."""

    def __init__(self, root: MapNode, filename: str) -> None:
        self.root = root
        self.filename = filename
        self.scales: dict[str, MapNode] = _maps_in(root.map("scales"))
        self.dimensions: tuple[str, ...] = tuple(_entries(root.map("dimensions")))
        self.questions: tuple[DraftQuestion, ...] = tuple(self._questions(root, (), []))
        self.by_id: dict[str, DraftQuestion] = {}
        for question in self.questions:
            if question.id is not None:
                self.by_id.setdefault(question.id, question)

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """The channels named."""
        audience = self.root.map("audience")
        return audience.texts("channels") if audience else ()

    @cached_property
    def per(self) -> tuple[str, ...]:
        """What makes a response one."""
        once = self.root.map("one_response")
        return once.texts("per") if once else ()

    @property
    def subject(self) -> str | None:
        """What is judged."""
        return self.root.text("subject")

    @cached_property
    def option_lists(self) -> tuple[OptionList, ...]:
        """Every list of options in the file: the scales' first, then the questions'."""
        scales = [OptionList(node, node.maps("options"), name, "scale") for name, node in self.scales.items()]
        own = [
            OptionList(question.node, question.options, None, question.type)
            for question in self.questions
            if question.type in ("single", "multi")
        ]
        return (*scales, *own)

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Every map in the file that has a table, with that table."""
        return tuple(self._visits())

    @cached_property
    def proses(self) -> tuple[Prose, ...]:
        """Every text that people see."""
        return tuple(
            Prose(name, text, visit.node.line_of(name), key.chars, visit.variables)
            for visit in self.visits
            for name, key in visit.table.items()
            if key.chars is not None and (text := visit.node.text(name)) is not None
        )

    def _questions(
        self, holder: MapNode, parents: tuple[DraftQuestion, ...], seen: list[int]
    ) -> Iterator[DraftQuestion]:
        for node in holder.maps("questions"):
            question = self._question(node, parents, len(seen))
            seen.append(question.position)
            yield question
            if question.type in ("group", "repeat"):
                yield from self._questions(node, (*parents, question), seen)

    def _question(self, node: MapNode, parents: tuple[DraftQuestion, ...], position: int) -> DraftQuestion:
        type_ = node.text("type")
        options = node.maps("options")
        if type_ == "scale":
            scale = self.scales.get(node.text("scale") or "")
            options = scale.maps("options") if scale else ()
        condition, error = None, None
        text = node.text("show_if")
        if text is not None:
            try:
                condition = conditions.parse(text)
            except ConditionError as wrong:
                error = wrong
        known_type = type_ if type_ in keys.QUESTIONS else None
        return DraftQuestion(node, node.text("id"), known_type, parents, position, options, condition, error)

    def _visits(self) -> Iterator[Visit]:
        root = self.root
        yield Visit(root, keys.QUESTIONNAIRE)
        for name, table in (
            ("audience", keys.AUDIENCE),
            ("consent", keys.CONSENT),
            ("one_response", keys.ONE_RESPONSE),
        ):
            if (node := root.map(name)) is not None:
                yield Visit(node, table)
        if (dimensions := root.map("dimensions")) is not None:
            table = {code: keys.prose(keys.DIMENSION_NAME_CHARS) for code in dimensions.entries}
            yield Visit(dimensions, table)
        if (scales := root.map("scales")) is not None:
            yield Visit(scales, {name: Key(kind="map") for name in scales.entries})
            for scale in self.scales.values():
                yield Visit(scale, keys.SCALE)
                for option in scale.maps("options"):
                    yield Visit(option, keys.SCALE_OPTION, keys.MISPLACED_IN_OPTION)
        for question in self.questions:
            yield from _question_visits(question)


def _question_visits(question: DraftQuestion) -> Iterator[Visit]:
    variables = _variables(question)
    if question.type is None:
        table = {name: keys.QUESTIONS["note"][name] for name in ("id", "type", "title", "help")}
        yield Visit(question.node, table, loose=True, variables=variables)
    else:
        table = keys.QUESTIONS[question.type]
        yield Visit(question.node, table, keys.MISPLACED_IN_QUESTION, variables=variables)
    interviewer = question.node.map("interviewer")
    if interviewer is not None:
        yield Visit(interviewer, keys.INTERVIEWER, variables=variables)
    if question.type in ("single", "multi"):
        table = keys.SINGLE_OPTION if question.type == "single" else keys.MULTI_OPTION
        for option in question.options:
            yield Visit(option, table, keys.MISPLACED_IN_OPTION, variables=variables)


def _variables(question: DraftQuestion) -> tuple[str, ...]:
    """The names `{….name}` may use here: those of the repeats around it, and of itself."""
    around = [*question.parents, question]
    return tuple(
        name
        for container in around
        if container.type == "repeat" and (name := container.node.text("as")) is not None
    )


def _entries(node: MapNode | None) -> Iterator[str]:
    yield from node.entries if node else ()


def _maps_in(node: MapNode | None) -> dict[str, MapNode]:
    if node is None:
        return {}
    return {name: entry.node for name, entry in node.entries.items() if isinstance(entry.node, MapNode)}
