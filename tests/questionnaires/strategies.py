"""
Hypothesis strategies: arbitrary valid questionnaires, conditions, and the words in them.

`questionnaires()` draws every type of question, `show_if`, groups, repeats in either order, and every flag of
options, small enough to be walked through in a test. What it draws passes the linter; only what no path could
reach is thrown away afterwards, because deciding that beforehand would repeat the linter.
"""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any, get_args

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from core.questionnaires.conditions import (
    And,
    Answered,
    Compare,
    Condition,
    Contains,
    Literals,
    Not,
    Operator,
    Or,
)
from core.questionnaires.lint import lint
from core.questionnaires.lint.keys import UNIT_CATEGORIES
from core.questionnaires.model import (
    Audience,
    Channel,
    Consent,
    Group,
    Interviewer,
    Medium,
    Multi,
    Note,
    Number,
    OneResponse,
    Option,
    Outcome,
    Per,
    Place,
    PlaceLevel,
    Question,
    Questionnaire,
    Rating,
    Repeat,
    Scale,
    Single,
    SubjectRule,
    Text,
    Who,
    walk,
)
from core.questionnaires.writer import content_hash, dump

CHINA = timezone(timedelta(hours=8))

# No signs that could make up HTML, Markdown or an address, and no digits that could make up a number; but
# what troubles YAML and XML: quotes, colons, "]]>", ampersands, four-byte characters.
_FIRST = "民意满好不一甲A"
_REST = "民意调查满好不一二，。？“”（）abz ]>&'\":#|%@,!=\\~-臺灣😀𠮷"
_CODES = [f"{letter}{number}" for letter in "abx" for number in range(4)] + [
    "other",
    "dk",
    "very_long_code_x",
]


@cache
def words(chars: int = 12) -> SearchStrategy[str]:
    """Words people see, from one to so many characters."""
    rest = st.text(_REST, max_size=chars - 1)
    return st.builds(lambda first, rest: (first + rest).rstrip(), st.sampled_from(_FIRST), rest)


def literals() -> SearchStrategy[Literals]:
    """What an id may be compared with."""
    numbers = st.one_of(
        st.integers(-(10**15) + 1, 10**15 - 1).map(float), st.integers(-99, 99).map(lambda n: n / 8)
    )
    return st.one_of(st.sampled_from(_CODES), numbers)


def atoms() -> SearchStrategy[Condition]:
    """Comparisons of any id with anything."""
    names = st.sampled_from(["gov", "q1", "subject.kind", "channel", "in_town", "nota"])
    lists = st.lists(literals(), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Compare, names, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), literals()),
        st.builds(Contains, names, lists, st.booleans()),
        st.builds(Answered, names),
    )


def conditions() -> SearchStrategy[Condition]:
    """Conditions of a few comparisons of anything, for the grammar."""

    def joined(parts: SearchStrategy[Condition]) -> SearchStrategy[Condition]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, parts), st.builds(And, several), st.builds(Or, several))

    return st.recursive(atoms(), joined, max_leaves=4)


class _Drawing:
    """What has been drawn so far of one questionnaire."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self.channels: tuple[Channel, ...] = draw(_some_of(get_args(Channel)))
        self.subject: SubjectRule = draw(st.sampled_from(get_args(SubjectRule)))
        self.scales: list[Scale] = []
        self.count = 0
        # What a condition may name here, with the questions of the repeat we are in.
        self.earlier: list[Question] = []

    @property
    def by_phone(self) -> bool:
        return "phone" in self.channels

    def prose(self, chars: int = 12, variable: str | None = None) -> str:
        """Words, sometimes with a placeholder in front."""
        allowed = ["", "", "", "{office.name}", "{office.phone}", "{source.name}"]
        allowed += ["{subject.name}"] if self.subject != "none" else []
        allowed += [f"{{{variable}.name}}"] if variable else []
        placeholder: str = self.draw(st.sampled_from(allowed))
        return placeholder + self.draw(words(chars))

    def maybe(self, strategy: SearchStrategy[Any]) -> Any:
        return self.draw(st.one_of(st.none(), strategy))

    def flag(self) -> bool:
        return self.draw(st.booleans())

    def questions(self, low: int, high: int, variable: str | None, depth: int) -> tuple[Question, ...]:
        return tuple(self.question(variable, depth) for _ in range(self.draw(st.integers(low, high))))

    def question(self, variable: str | None, depth: int) -> Question:
        self.count += 1
        common: dict[str, Any] = {
            "id": f"{self.draw(st.sampled_from(['q', 'gov_', 'why']))}{self.count}",
            "title": self.prose(20, variable),
            "help": self.maybe(words(30)),
            "show_if": self.condition(),
            "interviewer": self.interviewer(),
        }
        kinds = ["single", "multi", "scale", "text", "number", "place", "note"]
        kinds += ["group"] if depth < 2 else []
        kinds += ["repeat"] if depth < 2 and variable is None else []
        kind = self.draw(st.sampled_from(kinds))
        if kind == "note":
            return Note(**common)
        if kind == "group":
            return Group(**common, questions=self.questions(1, 3, variable, depth + 1))
        if kind == "repeat":
            return self.repeat(common, depth)
        common |= self.draw(st.sampled_from([{}, {"required": True}, {"personal": True}]))
        question: Question = getattr(self, kind)(common)
        self.earlier.append(question)
        return question

    def interviewer(self) -> Interviewer | None:
        if not self.by_phone and self.flag():
            return None
        return Interviewer(say=self.draw(words(30)), note=self.maybe(words()), read_options=self.flag())

    def repeat(self, common: dict[str, Any], depth: int) -> Repeat:
        variable = self.draw(st.sampled_from(["county", "place", "u"]))
        overs = ["places:county", "places:township", "units", *(f"units:{name}" for name in UNIT_CATEGORIES)]
        outside = list(self.earlier)
        repeat = Repeat(
            **(common | {"title": f"{self.draw(words())}{{{variable}.name}}"}),
            over=self.draw(st.sampled_from(overs)),
            variable=variable,
            layout=self.draw(st.sampled_from(["pages", "table"])),
            order=self.draw(st.sampled_from(["given", "shuffled"])),
            questions=self.questions(1, 3, variable, depth + 1),
        )
        self.earlier = outside
        return repeat

    def options(self) -> list[Option]:
        count = self.draw(st.integers(2, 6))
        codes = self.draw(st.lists(st.sampled_from(_CODES), min_size=count, max_size=count, unique=True))
        labels = self.draw(st.lists(words(30), min_size=count, max_size=count, unique=True))
        keyed = self.by_phone or self.flag()
        return [
            Option(code, label, key=str(number) if keyed else None)
            for number, (code, label) in enumerate(zip(codes, labels, strict=True), start=1)
        ]

    def single(self, common: dict[str, Any]) -> Single:
        first, *others = self.options()
        # The first never ends, so that something can come after.
        endings = [self.maybe(st.sampled_from(get_args(Outcome))) for _ in others]
        flagged = [
            replace(option, ends=ends, other=self.flag())
            for option, ends in zip(others, endings, strict=True)
        ]
        return Single(**common, options=(first, *flagged))

    def multi(self, common: dict[str, Any]) -> Multi:
        options = self.options()
        options[-1] = replace(options[-1], exclusive=self.flag())
        options[0] = replace(options[0], other=self.flag())
        most = self.maybe(st.integers(1, len(options)))
        least = self.maybe(st.integers(0, most or len(options)))
        return Multi(**common, options=tuple(options), min_choices=least, max_choices=most)

    def scale(self, common: dict[str, Any]) -> Rating:
        if not self.scales or self.flag():
            self.scales.append(self.new_scale())
        return Rating(
            **common,
            scale=self.draw(st.sampled_from(self.scales)),
            dimension=self.draw(st.sampled_from(["life", "work", "d3"])),
            weight=self.draw(st.sampled_from([1.0, 2.0, 0.5, 0.00001])),
        )

    def new_scale(self) -> Scale:
        options = self.options()
        count = len(options)
        chosen = st.lists(st.integers(0, 200), min_size=count, max_size=count, unique=True)
        scores: list[float | None] = [half / 2 for half in sorted(self.draw(chosen), reverse=True)]
        if self.flag():
            scores[-1] = None
        scored = [replace(option, score=score) for option, score in zip(options, scores, strict=True)]
        return Scale(f"scale_{len(self.scales)}", tuple(scored))

    def text(self, common: dict[str, Any]) -> Text:
        media: tuple[Medium, ...] = ("text",)
        if "wechat" in self.channels:
            media = self.draw(_some_of(get_args(Medium)))
        most = self.draw(st.integers(1, 2000))
        return Text(
            **common,
            max_length=most,
            min_length=self.draw(st.integers(0, min(most, 5))),
            pattern=self.draw(st.sampled_from([None, None, r"[0-9A-Z]+", r".*"])),
            allow=media,
            max_voice_seconds=self.draw(st.integers(1, 120)) if "voice" in media else None,
            max_photos=self.draw(st.integers(1, 9)) if "photo" in media else None,
        )

    def number(self, common: dict[str, Any]) -> Number:
        low, high = sorted(self.draw(st.tuples(*[st.integers(-500, 500)] * 2)))
        divisor = self.draw(st.sampled_from([1, 1, 4]))
        return Number(
            **common,
            min=low / divisor if self.flag() else None,
            max=high / divisor if self.flag() else None,
            integer=divisor == 1,
            unit=self.maybe(st.sampled_from(["岁", "万元", "公里"])),
        )

    def place(self, common: dict[str, Any]) -> Place:
        levels: tuple[PlaceLevel, ...] = get_args(PlaceLevel)
        finest = self.draw(st.integers(0, 2))
        least = self.draw(st.integers(0, finest))
        return Place(**common, level=levels[finest], min_level=levels[least], prefill_from_source=self.flag())

    def condition(self) -> Condition | None:
        """Mostly none; else one or two comparisons, seldom such that they exclude one another."""
        shape = self.draw(st.sampled_from(["", "", "", "one", "one", "not", "and", "or", "not both"]))
        if not shape:
            return None
        first, second = self.comparison(), self.comparison()
        match shape:
            case "not":
                return Not(first)
            case "and":
                return And((first, second))
            case "or":
                return Or((first, And((second, Not(first)))))
            case "not both":
                return Not(And((first, Or((first, second)))))
            case _:
                return first

    def comparison(self) -> Condition:
        """A comparison that may stand here."""
        kinds = {"place": ("place",), "unit": ("unit",), "place_or_unit": ("place", "unit"), "none": ()}
        surroundings = [
            ("source.kind", ("place", "unit", "none")),
            ("channel", self.channels),
            ("subject.kind", kinds[self.subject]),
        ]
        targets = [*self.earlier, *(found for found in surroundings if len(found[1]) > 1)]
        target = self.draw(st.sampled_from(targets))
        if isinstance(target, tuple):
            return self.chosen(*target)
        if isinstance(target, Text) or self.draw(st.integers(0, 4)) == 0:
            return Answered(target.id)
        if isinstance(target, Single | Multi | Rating):
            return self.chosen(target.id, tuple(option.code for option in target.options if not option.ends))
        if isinstance(target, Number):
            return self.near(target)
        return self.chosen(target.id, ("451202", "451221", "451221100"))

    def chosen(self, id_: str, codes: tuple[str, ...]) -> Condition:
        code = self.draw(st.sampled_from(codes))
        if self.flag():
            return Compare(id_, "!=" if len(codes) > 1 and self.flag() else "==", code)
        listed = self.draw(_some_of(codes[:3]))
        return Contains(id_, listed, negated=len(listed) < len(codes) and self.flag())

    def near(self, question: Number) -> Condition:
        low = question.min if question.min is not None else -500
        high = question.max if question.max is not None else 500
        operator: Operator = self.draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
        return Compare(question.id, operator, (low + high) / 2)


@cache
def _some_of(values: tuple[Any, ...]) -> SearchStrategy[tuple[Any, ...]]:
    """At least one of the values, each once, in any order."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True).map(tuple)


def _per(drawing: _Drawing) -> tuple[Per, ...]:
    who: list[Per] = ["invite"]
    who += ["account"] if "wechat" in drawing.channels else []
    who += ["sample"] if drawing.by_phone else []
    per = drawing.draw(_some_of(tuple(who)))
    if drawing.subject != "none" and drawing.flag():
        per = (*per, "subject")
    return per


@st.composite
def questionnaires(draw: DrawFn, max_questions: int = 6) -> Questionnaire:
    """Valid questionnaires, hashed, with up to so many questions outside groups and repeats."""
    drawing = _Drawing(draw)
    questions = drawing.questions(1, max_questions, None, 0)
    ratings = [question for question in walk(questions) if isinstance(question, Rating)]
    opens = draw(st.one_of(st.none(), st.just(datetime(2021, 4, 1, tzinfo=CHINA))))
    closes = draw(st.one_of(st.none(), st.just(datetime(2021, 12, 31, 23, 59, 59, tzinfo=CHINA))))
    agree, decline = draw(st.lists(words(30), min_size=2, max_size=2, unique=True))
    questionnaire = Questionnaire(
        id=draw(st.sampled_from(["q1", "any-2021"])),
        version=draw(st.integers(1, 99)),
        title=drawing.prose(20),
        intro=drawing.prose(60),
        audience=Audience(
            who=draw(st.sampled_from(get_args(Who))),
            describe=draw(words(30)),
            channels=drawing.channels,
            min_age=drawing.maybe(st.integers(0, 150)),
        ),
        subject=drawing.subject,
        consent=Consent(drawing.prose(60), agree, decline, drawing.maybe(words(30))),
        one_response=OneResponse(
            per=_per(drawing),
            on_repeat=draw(st.sampled_from(["refuse", "replace"])),
            period_days=drawing.maybe(st.integers(1, 9999)),
        ),
        dimensions={question.dimension: draw(words()) for question in ratings},
        scales={question.scale.name: question.scale for question in ratings},
        questions=questions,
        thanks=drawing.prose(30),
        closed=drawing.prose(30),
        opens=opens,
        closes=closes,
    )
    report = lint(dump(questionnaire), f"{questionnaire.id}.yaml")
    assume(not any(fault.rule == "p17_unreachable" for fault in report.errors))
    return replace(questionnaire, content_hash=content_hash(questionnaire))
