"""
What a figure is about, as conditions of SQL: a round, a questionnaire, a place, a unit; and who asks.

Whoever is tied to a county sees what its people answered, whoever is tied to a unit what was answered about
it. A scope cannot be made without saying whose eyes it is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from core.clock import SHANGHAI
from core.people.reach import Reach
from core.places.models import PlaceChange
from core.places.service import followed
from core.responses.models import OF_RESPONSE_OF_UNIT, Response

TOWNSHIP_DIGITS = 9

Changes = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    One round's answers, or part of them; '' means all.

    `place_code` is a county's or township's and takes in everything below it; `unit_code` is the unit that is
    judged; `channel` is how answers came. `with_set_aside`: also what the quality rules set aside. `reach`:
    what whoever asks may see.
    """

    round_id: int
    reach: Reach
    questionnaire_id: str = ""
    place_code: str = ""
    unit_code: str = ""
    channel: str = ""
    with_set_aside: bool = False


def place_changes(connection: Connection) -> dict[str, str]:
    """Old place codes with the newest they became; answers given before carry the old."""
    return followed(dict(connection.execute(select(PlaceChange.old_code, PlaceChange.new_code)).all()))


def township_of(place_code: str, changes: Changes) -> str:
    """The township a place lies in today; a county's own code stays."""
    return changes.get(place_code, place_code)[:TOWNSHIP_DIGITS]


def responses_in(scope: Scope, changes: Changes, *, found_by_id: bool = False) -> tuple[Any, ...]:
    """
    The responses of a scope, superseded ones too.

    `found_by_id`: other conditions name few by their numbers, so the round's index must not be taken. SQLite
    would, and read the whole round; a sum is in no index.
    """
    conditions: list[Any] = [
        (Response.round_id + 0 if found_by_id else Response.round_id) == scope.round_id,
        *responses_within(scope.reach, changes),
    ]
    if not scope.with_set_aside:
        conditions.append(Response.is_set_aside.is_(False))
    if scope.questionnaire_id:
        conditions.append(Response.questionnaire_id == scope.questionnaire_id)
    if scope.channel:
        conditions.append(Response.channel == scope.channel)
    if scope.place_code:
        conditions.append(lies_in(Response.place_code, scope.place_code, changes))
    if scope.unit_code:
        conditions += (OF_RESPONSE_OF_UNIT, Response.subject_code == scope.unit_code)
    return tuple(conditions)


def responses_within(reach: Reach, changes: Changes) -> tuple[Any, ...]:
    """The responses that may be seen within a reach; () for all."""
    if reach.is_all:
        return ()
    if reach.county_code:
        return (lies_in(Response.place_code, reach.county_code, changes),)
    if reach.unit_code:
        return (OF_RESPONSE_OF_UNIT, Response.subject_code == reach.unit_code)
    return (false(),)


def lies_in(column: Any, place_code: str, changes: Changes) -> ColumnElement[bool]:
    """The column's place is this one or below it; places that were recoded count where they lie today."""
    inside_today = {old for old, new in changes.items() if new.startswith(place_code)}
    inside_before = {old for old in changes if old.startswith(place_code)}
    came, went = sorted(inside_today - inside_before), sorted(inside_before - inside_today)
    # Between it and the next number: an index finds a range, but not what begins alike.
    inside: Any = and_(column >= place_code, column < _next_code(place_code))
    if went:
        inside = and_(inside, column.not_in(went))
    return or_(inside, column.in_(came)) if came else inside


def _next_code(place_code: str) -> str:
    """Greater than all codes that begin with this one (codes are ASCII), and no greater than any other."""
    return place_code[:-1] + chr(ord(place_code[-1]) + 1)


def finished_between(since: date | None, until: date | None) -> tuple[ColumnElement[bool], ...]:
    """Responses that ended on these days of Shanghai or between them; None: no limit."""
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(Response.finished_at >= _midnight(since))
    if until is not None:
        conditions.append(Response.finished_at < _midnight(until + timedelta(days=1)))
    return tuple(conditions)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI)
