"""
A questionnaire written back as format 1, and its content hash.

`dump` gives the text that is stored when a version is frozen; read again it gives an equal questionnaire.
Comments and the author's layout are not kept. Keys with their default value are left out.

The hash is over the same plain form, so white space, comments, quoting and spelled-out defaults do not
change it, and every word, code and order that a person or a report could notice does.
"""

import hashlib
import json
from decimal import Decimal
from typing import Any

import yaml

from core.questionnaires.conditions import unparse
from core.questionnaires.model import (
    Answerable,
    Group,
    Interviewer,
    Multi,
    Number,
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

Plain = dict[str, Any]


def dump(questionnaire: Questionnaire) -> str:
    """The questionnaire as YAML in format 1."""
    return yaml.dump(
        plain(questionnaire),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=1_000_000,
    )


def content_hash(questionnaire: Questionnaire) -> str:
    """SHA-256 (hex) of everything but the opening and closing times."""
    told: Any = plain(questionnaire)
    told.pop("open", None)
    told.pop("close", None)
    # The order of dimensions is the order of report columns; a JSON object would lose it.
    told["dimensions"] = list(questionnaire.dimensions.items())
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and no exponents, which the reader would refuse."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_float(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{Decimal(repr(number)):f}")


_Dumper.add_representer(float, _represent_float)


def _number(number: float) -> float | int:
    """Whole numbers without a decimal point, so 100 and 100.0 are one."""
    return int(number) if float(number).is_integer() else float(number)


def plain(questionnaire: Questionnaire) -> Plain:
    """The questionnaire as format 1 has it, in dicts, lists, words and numbers; defaults are left out."""
    audience = questionnaire.audience
    consent = questionnaire.consent
    once = questionnaire.one_response
    return _without_none(
        {
            "format": questionnaire.format,
            "id": questionnaire.id,
            "version": questionnaire.version,
            "title": questionnaire.title,
            "intro": questionnaire.intro,
            "audience": _without_none(
                {
                    "who": audience.who,
                    "describe": audience.describe,
                    "channels": list(audience.channels),
                    "min_age": audience.min_age,
                }
            ),
            "subject": questionnaire.subject,
            "consent": _without_none(
                {
                    "text": consent.text,
                    "agree": consent.agree,
                    "decline": consent.decline,
                    "note": consent.note,
                }
            ),
            "one_response": {
                "per": list(once.per),
                "period": "survey" if once.period_days is None else f"days:{once.period_days}",
                "on_repeat": once.on_repeat,
            },
            "open": questionnaire.opens.isoformat() if questionnaire.opens else None,
            "close": questionnaire.closes.isoformat() if questionnaire.closes else None,
            "dimensions": dict(questionnaire.dimensions),
            "scales": {name: _scale(scale) for name, scale in questionnaire.scales.items()},
            "questions": [_question(question) for question in questionnaire.questions],
            "thanks": questionnaire.thanks,
            "closed": questionnaire.closed,
        }
    )


def _scale(scale: Scale) -> Plain:
    return {
        "options": [
            # null is a score of its own: counted, but left out of the mean.
            _option(option) | {"score": None if option.score is None else _number(option.score)}
            for option in scale.options
        ]
    }


def _option(option: Option) -> Plain:
    return _without_none(
        {
            "code": option.code,
            "label": option.label,
            "key": option.key,
            "other": option.other or None,
            "exclusive": option.exclusive or None,
            "ends": option.ends,
        }
    )


def _question(question: Question) -> Plain:
    told: Plain = {
        "id": question.id,
        "type": question.type,
        "title": question.title,
        "help": question.help,
        "show_if": unparse(question.show_if) if question.show_if is not None else None,
        "interviewer": _interviewer(question.interviewer),
    }
    if isinstance(question, Answerable):
        told |= {"required": question.required or None, "personal": question.personal or None}
    return _without_none(told | _extras(question))


def _extras(question: Question) -> Plain:
    """The keys that only this type of question has."""
    match question:
        case Single():
            return {"options": [_option(option) for option in question.options]}
        case Multi():
            return {
                "options": [_option(option) for option in question.options],
                "min_choices": question.min_choices,
                "max_choices": question.max_choices,
            }
        case Rating():
            weight = None if question.weight == 1 else _number(question.weight)
            return {"scale": question.scale.name, "dimension": question.dimension, "weight": weight}
        case Text():
            return {
                "max_length": question.max_length,
                "min_length": question.min_length or None,
                "pattern": question.pattern,
                "allow": None if question.allow == ("text",) else list(question.allow),
                "max_voice_seconds": question.max_voice_seconds,
                "max_photos": question.max_photos,
            }
        case Number():
            return {
                "min": None if question.min is None else _number(question.min),
                "max": None if question.max is None else _number(question.max),
                "integer": None if question.integer else False,
                "unit": question.unit,
            }
        case Place():
            return {
                "level": question.level,
                "min_level": None if question.min_level == question.level else question.min_level,
                "prefill": "source" if question.prefill_from_source else None,
            }
        case Repeat():
            return {
                "over": question.over,
                "as": question.variable,
                "layout": None if question.layout == "pages" else question.layout,
                "order": None if question.order == "given" else question.order,
                "questions": [_question(inner) for inner in question.questions],
            }
        case Group():
            return {"questions": [_question(inner) for inner in question.questions]}
        case _:
            return {}


def _interviewer(interviewer: Interviewer | None) -> Plain | None:
    if interviewer is None:
        return None
    return _without_none(
        {
            "say": interviewer.say,
            "note": interviewer.note,
            "read_options": interviewer.read_options or None,
        }
    )


def _without_none(told: Plain) -> Plain:
    return {key: value for key, value in told.items() if value is not None}
