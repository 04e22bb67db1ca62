"""
The format's tables: which keys each map may have, of what kind, how long, from which values.

Read from top to bottom this is the format page. The limits marked "ours" are not on that page; they only
keep a slip of the hand from passing.
"""

import re
from dataclasses import dataclass
from typing import Literal

KeyKind = Literal["text", "code", "whole", "number", "flag", "score", "map", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """
    One key of a map.

    `chars`: the value is prose for people, from 1 to so many characters. `choices`: the values allowed, for a
    list those of its items (a list without `choices` holds maps). `low` and `high` include themselves.
    """

    kind: KeyKind
    required: bool = False
    chars: int | None = None
    choices: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    low: float | None = None
    high: float | None = None
    # An empty list is refused here unless a rule of its own does it with better words.
    may_be_empty: bool = False


Table = dict[str, Key]


def prose(chars: int, *, required: bool = False) -> Key:
    """Words people see."""
    return Key(kind="text", chars=chars, required=required)


def choice(*choices: str, required: bool = False) -> Key:
    """One of a few words."""
    return Key(kind="text", choices=choices, required=required)


def whole(low: int, high: int, *, required: bool = False) -> Key:
    """A whole number in a range."""
    return Key(kind="whole", low=low, high=high, required=required)


FLAG = Key(kind="flag")
NUMBER = Key(kind="number")

QUESTION_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
OPTION_CODE = re.compile(r"[a-z][a-z0-9_]{0,15}")
QUESTIONNAIRE_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
DIGIT = re.compile(r"[0-9]")
PERIOD = re.compile(r"survey|days:[1-9][0-9]{0,3}")

# Ours: about what an interviewer can read in one breath, twice over.
SPOKEN_CHARS = 300
# Ours: the name of a dimension is a column's heading.
DIMENSION_NAME_CHARS = 40
# Ours: a word such as 公里 or 万元.
UNIT_CHARS = 20
LABEL_CHARS = 30

LEVELS = ("county", "township", "village")
CHANNELS = ("wechat", "web", "phone", "paper")

QUESTIONNAIRE: Table = {
    "format": whole(1, 1, required=True),
    "id": Key(kind="text", pattern=QUESTIONNAIRE_ID, required=True),
    "version": whole(1, 1_000_000, required=True),
    "title": prose(40, required=True),
    "intro": prose(300, required=True),
    "audience": Key(kind="map", required=True),
    "subject": choice("none", "place", "unit", "place_or_unit", required=True),
    "consent": Key(kind="map", required=True),
    "one_response": Key(kind="map", required=True),
    "open": Key(kind="text"),
    "close": Key(kind="text"),
    "dimensions": Key(kind="map"),
    "scales": Key(kind="map"),
    "questions": Key(kind="list", required=True),
    "thanks": prose(100, required=True),
    "closed": prose(100, required=True),
}

AUDIENCE: Table = {
    "who": choice("residents", "leaders", "service_users", "phone_sample", required=True),
    "describe": prose(SPOKEN_CHARS, required=True),
    "channels": Key(kind="list", choices=CHANNELS, required=True),
    "min_age": whole(0, 150),
}

CONSENT: Table = {
    "text": prose(300, required=True),
    "agree": prose(LABEL_CHARS, required=True),
    "decline": prose(LABEL_CHARS, required=True),
    "note": prose(SPOKEN_CHARS),
}

ONE_RESPONSE: Table = {
    "per": Key(
        kind="list", choices=("account", "invite", "sample", "subject"), required=True, may_be_empty=True
    ),
    "period": Key(kind="text", pattern=PERIOD, required=True),
    "on_repeat": choice("refuse", "replace", required=True),
}

SCALE: Table = {"options": Key(kind="list", required=True, may_be_empty=True)}

OPTION: Table = {
    "code": Key(kind="code", pattern=OPTION_CODE, required=True),
    "label": prose(LABEL_CHARS, required=True),
    "key": Key(kind="text", pattern=DIGIT),
    "other": FLAG,
}
SCALE_OPTION: Table = OPTION | {"score": Key(kind="score")}
SINGLE_OPTION: Table = OPTION | {"ends": choice("ineligible", "refused", "callback")}
MULTI_OPTION: Table = OPTION | {"exclusive": FLAG}

INTERVIEWER: Table = {"say": prose(SPOKEN_CHARS), "note": prose(SPOKEN_CHARS), "read_options": FLAG}

_ANY_QUESTION: Table = {
    "id": Key(kind="text", pattern=QUESTION_ID, required=True),
    "type": choice(
        "single", "multi", "scale", "text", "number", "place", "note", "group", "repeat", required=True
    ),
    "title": prose(60, required=True),
    "help": prose(100),
    "show_if": Key(kind="text"),
    "interviewer": Key(kind="map"),
}
_ANSWERABLE: Table = _ANY_QUESTION | {"required": FLAG, "personal": FLAG}
_INNER_QUESTIONS = Key(kind="list", required=True, may_be_empty=True)
_OPTIONS = Key(kind="list", required=True, may_be_empty=True)

# The keys of each type of question; the order is the format page's.
QUESTIONS: dict[str, Table] = {
    "single": _ANSWERABLE | {"options": _OPTIONS},
    "multi": _ANSWERABLE
    | {"options": _OPTIONS, "min_choices": whole(0, 1000), "max_choices": whole(1, 1000)},
    "scale": _ANSWERABLE
    | {
        "scale": Key(kind="text", required=True),
        "dimension": Key(kind="text", required=True),
        "weight": NUMBER,
    },
    "text": _ANSWERABLE
    | {
        "max_length": whole(1, 2000),
        "min_length": whole(0, 2000),
        "pattern": Key(kind="text"),
        "allow": Key(kind="list", choices=("text", "voice", "photo")),
        "max_voice_seconds": whole(1, 120),
        "max_photos": whole(1, 9),
    },
    "number": _ANSWERABLE | {"min": NUMBER, "max": NUMBER, "integer": FLAG, "unit": prose(UNIT_CHARS)},
    "place": _ANSWERABLE
    | {
        "level": choice(*LEVELS, required=True),
        "min_level": choice(*LEVELS),
        "prefill": choice("source"),
    },
    "note": _ANY_QUESTION,
    "group": _ANY_QUESTION | {"questions": _INNER_QUESTIONS},
    "repeat": _ANY_QUESTION
    | {
        "over": Key(kind="text", required=True),
        "as": Key(kind="text", pattern=QUESTION_ID, required=True),
        "layout": choice("pages", "table"),
        "order": choice("given", "shuffled"),
        "questions": _INNER_QUESTIONS,
    },
}
ANSWERABLE_TYPES = ("single", "multi", "scale", "text", "number", "place")
CHOICE_TYPES = ("single", "multi", "scale")

# Codes that must not be: YAML 1.1 reads most of these words as true, false or nothing; so may a spreadsheet.
YES_NO_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})

# Keys that exist, but not there: a rule of their own says so in better words than "unknown key".
MISPLACED_IN_QUESTION = ("dimension", "weight", "required")
MISPLACED_IN_OPTION = ("score", "exclusive", "ends")

# The categories of the city's units (hechi-units.csv), which `over: units:CATEGORY` may name.
UNIT_CATEGORIES = (
    "党委部门",
    "人大政协法检机关",
    "政府部门",
    "群团组织",
    "直属事业单位",
    "驻河池中直区直单位",
)
