"""What an act says besides its name, as plain data and as the JSON that the log keeps."""

import json
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from core.rectification.words import State, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    What an item is about. `assign` and `load` give all that is known; `correct` gives what changes.

    None: not said, or left as it is. `assist` are the codes of those that assist.
    """

    text: str | None = None
    category: str | None = None
    source: str | None = None
    source_number: str | None = None
    origin: str | None = None
    lead_code: str | None = None
    assist: tuple[str, ...] | None = None
    first_deadline: date | None = None
    deadline: date | None = None
    county_first: bool | None = None
    state: State | None = None
    done_on: date | None = None
    why: Why | None = None
    why_words: str | None = None
    split_from: int | None = None

    @property
    def said(self) -> dict[str, Any]:
        """Those that are not None, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """
    `until` is a new deadline; `code` the unit it goes to; `codes` those that assist from now on; `numbers`
    the other items of a split or merge; `file` the voice message that was typed up. `asked_until` and
    `was_due` are filled in by the workflow, so that the log tells the dates as they were.
    """

    text: str = ""
    percent: int | None = None
    until: date | None = None
    why: Why | None = None
    code: str = ""
    codes: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    file: str = ""
    was_due: date | None = None
    was_led_by: str = ""
    facts: Facts | None = None


NO_DETAILS = Details()


def dump(details: Details) -> str:
    """As JSON, without what says nothing."""
    return json.dumps(_plain(details), ensure_ascii=False, sort_keys=True)


def load(stored: str) -> Details:
    """What `dump` wrote."""
    made: Details = _made(Details, json.loads(stored))
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Details | Facts):
        default = type(value)()
        return {
            each.name: _plain(found)
            for each in fields(value)
            if (found := getattr(value, each.name)) != getattr(default, each.name)
        }
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def _made(kind: type[Any], stored: Mapping[str, Any]) -> Any:
    return kind(
        **{each.name: _read(each.type, stored[each.name]) for each in fields(kind) if each.name in stored}
    )


def _read(declared: Any, stored: Any) -> Any:
    """The value of a field as it is declared: `date | None`, `tuple[int, ...]`, …"""
    if get_origin(declared) in (types.UnionType, Union):
        declared = next(each for each in get_args(declared) if each is not type(None))
    if get_origin(declared) is tuple:
        return tuple(stored)
    if declared is date:
        return date.fromisoformat(stored)
    if declared is Facts:
        return _made(Facts, stored)
    return declared(stored)
