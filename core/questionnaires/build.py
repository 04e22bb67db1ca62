"""
A tree that has passed the linter to a questionnaire.

Reads only; whoever calls it has made sure that the tree has no fault, so a missing key here is a bug and
raises KeyError or AssertionError, never a sentence for people.
"""

import re
from datetime import datetime
from typing import Any, TypeVar, cast

from core.questionnaires import conditions
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
from core.questionnaires.nodes import MapNode

T = TypeVar("T")


def build(root: MapNode) -> Questionnaire:
    """The questionnaire a faultless tree describes, without its content hash."""
    scales = _scales(root.map("scales"))
    return Questionnaire(
        id=_need(root.text("id")),
        version=_need(root.whole("version")),
        title=_need(root.text("title")),
        intro=_need(root.text("intro")),
        audience=_audience(_need(root.map("audience"))),
        subject=cast(Any, _need(root.text("subject"))),
        consent=_consent(_need(root.map("consent"))),
        one_response=_one_response(_need(root.map("one_response"))),
        dimensions=_dimensions(root.map("dimensions")),
        scales=scales,
        questions=_questions(root, scales),
        thanks=_need(root.text("thanks")),
        closed=_need(root.text("closed")),
        opens=read_time(root.text("open")),
        closes=read_time(root.text("close")),
    )


_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)


def read_time(text: str | None) -> datetime | None:
    """An ISO 8601 time as the format writes it, aware if it names an offset; None if it is not one."""
    if text is None or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # The 31st of February, a 25th hour: looks like a time and is none.
        return None


def period_days(period: str) -> int | None:
    """The N of `days:N`; None for `survey`, once per round."""
    return None if period == "survey" else int(period.removeprefix("days:"))


def _need(value: T | None) -> T:
    assert value is not None, "the linter lets no such tree through"
    return value


def _audience(node: MapNode) -> Audience:
    return Audience(
        who=cast(Any, _need(node.text("who"))),
        describe=_need(node.text("describe")),
        channels=cast(Any, node.texts("channels")),
        min_age=node.whole("min_age"),
    )


def _consent(node: MapNode) -> Consent:
    return Consent(
        text=_need(node.text("text")),
        agree=_need(node.text("agree")),
        decline=_need(node.text("decline")),
        note=node.text("note"),
    )


def _one_response(node: MapNode) -> OneResponse:
    return OneResponse(
        per=cast(Any, node.texts("per")),
        on_repeat=cast(Any, _need(node.text("on_repeat"))),
        period_days=period_days(_need(node.text("period"))),
    )


def _dimensions(node: MapNode | None) -> dict[str, str]:
    if node is None:
        return {}
    return {code: _need(node.text(code)) for code in node.entries}


def _scales(node: MapNode | None) -> dict[str, Scale]:
    if node is None:
        return {}
    return {name: Scale(name, _options(_need(node.map(name)))) for name in node.entries}


def _options(holder: MapNode) -> tuple[Option, ...]:
    return tuple(
        Option(
            code=_need(node.text("code")),
            label=_need(node.text("label")),
            key=node.text("key"),
            score=node.number("score"),
            other=node.flag("other") or False,
            exclusive=node.flag("exclusive") or False,
            ends=cast(Any, node.text("ends")),
        )
        for node in holder.maps("options")
    )


def _questions(holder: MapNode, scales: dict[str, Scale]) -> tuple[Question, ...]:
    return tuple(_question(node, scales) for node in holder.maps("questions"))


def _question(node: MapNode, scales: dict[str, Scale]) -> Question:
    condition = node.text("show_if")
    common: dict[str, Any] = {
        "id": _need(node.text("id")),
        "title": _need(node.text("title")),
        "help": node.text("help"),
        "show_if": conditions.parse(condition) if condition is not None else None,
        "interviewer": _interviewer(node.map("interviewer")),
        "line": node.line,
    }
    type_ = node.text("type")
    if type_ == "note":
        return Note(**common)
    if type_ == "group":
        return Group(**common, questions=_questions(node, scales))
    if type_ == "repeat":
        return Repeat(
            **common,
            over=_need(node.text("over")),
            variable=_need(node.text("as")),
            layout=cast(Any, node.text("layout") or "pages"),
            order=cast(Any, node.text("order") or "given"),
            questions=_questions(node, scales),
        )
    common |= {"required": node.flag("required") or False, "personal": node.flag("personal") or False}
    if type_ == "single":
        return Single(**common, options=_options(node))
    if type_ == "multi":
        return Multi(
            **common,
            options=_options(node),
            min_choices=node.whole("min_choices"),
            max_choices=node.whole("max_choices"),
        )
    if type_ == "scale":
        weight = node.number("weight")
        return Rating(
            **common,
            scale=scales[_need(node.text("scale"))],
            dimension=_need(node.text("dimension")),
            weight=1.0 if weight is None else weight,
        )
    if type_ == "text":
        return _text(node, common)
    if type_ == "number":
        integer = node.flag("integer")
        return Number(
            **common,
            min=node.number("min"),
            max=node.number("max"),
            integer=True if integer is None else integer,
            unit=node.text("unit"),
        )
    assert type_ == "place", "the linter lets no other type through"
    level = _need(node.text("level"))
    return Place(
        **common,
        level=cast(Any, level),
        min_level=cast(Any, node.text("min_level") or level),
        prefill_from_source="prefill" in node,
    )


def _text(node: MapNode, common: dict[str, Any]) -> Text:
    return Text(
        **common,
        max_length=_need(node.whole("max_length")),
        min_length=node.whole("min_length") or 0,
        pattern=node.text("pattern"),
        allow=cast(Any, node.texts("allow") or ("text",)),
        max_voice_seconds=node.whole("max_voice_seconds"),
        max_photos=node.whole("max_photos"),
    )


def _interviewer(node: MapNode | None) -> Interviewer | None:
    if node is None:
        return None
    return Interviewer(
        say=node.text("say"), note=node.text("note"), read_options=node.flag("read_options") or False
    )
