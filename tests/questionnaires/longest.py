"""
The longest valid questionnaire the format allows, for whoever has to fit it somewhere.

Every text has all the characters it may have, and nearly every character takes four bytes of UTF-8; lists are
longer than any screen. It passes the linter, which only warns of it.
"""

from dataclasses import replace

from core.questionnaires.conditions import And, Answered, Compare, Contains
from core.questionnaires.model import (
    Audience,
    Consent,
    Group,
    Interviewer,
    Multi,
    Note,
    Number,
    OneResponse,
    Option,
    Place,
    Question,
    Questionnaire,
    Rating,
    Repeat,
    Scale,
    Single,
    Text,
)
from core.questionnaires.writer import content_hash

# A rare character of place names: one character, four bytes.
WIDE = "𠮷"
OPTIONS = 30


def filled(chars: int, start: str = "") -> str:
    """Exactly so many characters, beginning with `start`."""
    return start + WIDE * (chars - len(start))


def _id(name: str) -> str:
    return f"{name}_".ljust(32, "x")


def _options(start: str) -> tuple[Option, ...]:
    return tuple(
        Option(f"{start}{number:02}".ljust(16, "x"), filled(30, f"{number}")) for number in range(OPTIONS)
    )


def _questions(prefix: str, name: str, scale: Scale) -> tuple[Question, ...]:
    """One question of each type that can be asked, each as long as can be; `name` begins every title."""
    spoken = Interviewer(say=filled(300), note=filled(300), read_options=True)
    title, help_ = filled(60, name), filled(100, name)
    single = _options("s")
    multi = _options("m")
    first = _id(f"{prefix}_single")
    return (
        Note(id=_id(f"{prefix}_note"), title=title, help=help_, interviewer=spoken),
        Single(
            id=first,
            title=title,
            help=help_,
            interviewer=spoken,
            required=True,
            options=(
                *single[:-2],
                replace(single[-2], ends="ineligible"),
                replace(single[-1], other=True),
            ),
        ),
        Multi(
            id=_id(f"{prefix}_multi"),
            title=title,
            help=help_,
            interviewer=spoken,
            show_if=And((Contains(first, tuple(option.code for option in single[:20])), Answered(first))),
            options=(*multi[:-2], replace(multi[-2], other=True), replace(multi[-1], exclusive=True)),
            min_choices=2,
            max_choices=OPTIONS - 1,
        ),
        Rating(
            id=_id(f"{prefix}_scale"),
            title=title,
            help=help_,
            interviewer=spoken,
            required=True,
            scale=scale,
            dimension=_id("dimension"),
            weight=0.5,
        ),
        Text(
            id=_id(f"{prefix}_text"),
            title=title,
            help=help_,
            interviewer=spoken,
            required=True,
            max_length=2000,
            min_length=2000,
            pattern=".{2000}",
            allow=("text", "voice", "photo"),
            max_voice_seconds=120,
            max_photos=9,
        ),
        Number(
            id=_id(f"{prefix}_number"),
            title=title,
            help=help_,
            interviewer=spoken,
            min=-999_999_999_999.25,
            max=999_999_999_999.25,
            integer=False,
            unit=filled(20),
        ),
        Place(
            id=_id(f"{prefix}_place"),
            title=title,
            help=help_,
            interviewer=spoken,
            level="village",
            min_level="county",
            prefill_from_source=True,
        ),
    )


def longest() -> Questionnaire:
    """A questionnaire about a unit, with each type of question in all three places it can stand."""
    scored = [
        replace(option, score=None if number == OPTIONS - 1 else 100 - number * 2.5)
        for number, option in enumerate(_options("g"))
    ]
    scale = Scale(_id("scale"), tuple(scored))
    grouped = Group(
        id=_id("group"),
        title=filled(60, "{subject.name}"),
        help=filled(100),
        show_if=Compare("subject.kind", "==", "unit"),
        questions=_questions("in_group", "{subject.name}", scale),
    )
    repeated = Repeat(
        id=_id("repeat"),
        title=filled(60, "{township.name}{subject.name}"),
        help=filled(100, "{township.name}"),
        over="places:township",
        variable="township",
        layout="table",
        order="shuffled",
        questions=_questions("in_repeat", "{township.name}", scale),
    )
    questionnaire = Questionnaire(
        id="longest".ljust(40, "x"),
        version=1_000_000,
        title=filled(40, "{subject.name}"),
        intro=filled(300, "{office.name}{subject.name}"),
        audience=Audience("service_users", filled(300), ("wechat", "web", "paper"), 150),
        subject="unit",
        consent=Consent(
            filled(300, "{office.name}{office.phone}"), filled(30, "是"), filled(30, "不"), filled(300)
        ),
        one_response=OneResponse(("account", "subject"), "replace", 9999),
        dimensions={_id("dimension"): filled(40)},
        scales={scale.name: scale},
        questions=(*_questions("outside", "{source.name}", scale), grouped, repeated),
        thanks=filled(100, "{subject.name}"),
        closed=filled(100, "{office.phone}"),
    )
    return replace(questionnaire, content_hash=content_hash(questionnaire))
