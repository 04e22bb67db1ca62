"""
How many answered: by questionnaire, by place, by unit, and how it ended.

From the tallies: no page counts a whole round.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.clock import local_day
from core.conversation.models import Conversation
from core.people.reach import Reach
from core.places.gazetteer import Gazetteer
from core.reports.scope import Scope
from core.reports.tally import ENDINGS, Ended, Group, days, ended_by


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a table: a place or unit, and what came from or about it. `code` is '' for the rest."""

    code: str
    name: str
    ended: Ended


def by_questionnaire(connection: Connection, round_id: int, reach: Reach) -> dict[str, Ended]:
    """Each questionnaire's responses, by its id."""
    return ended_by(connection, Scope(round_id=round_id, reach=reach), "questionnaire")


def since_midnight(connection: Connection, round_id: int, reach: Reach, now: datetime) -> Ended:
    """What came in today; the day begins at midnight in Shanghai."""
    today = local_day(now)
    found = Ended()
    by_day = days(connection, Scope(round_id=round_id, reach=reach), (), since=today)
    for status, count in by_day.get(today, {}).get("", {}).items():
        found.add(status, count)
    return found


def under_way(connection: Connection, round_id: int) -> int:
    """How many people are in the middle of one of the round's questionnaires."""
    return connection.scalar(select(func.count()).where(Conversation.round_id == round_id)) or 0


def in_all(connection: Connection, scope: Scope) -> Ended:
    """The whole of a scope."""
    return ended_by(connection, scope, "all").get("", Ended())


def by_county(connection: Connection, scope: Scope, gazetteer: Gazetteer) -> list[Part]:
    """Every county within reach, those without a response too."""
    return _by_place(connection, scope, gazetteer, 0)


def by_township(connection: Connection, scope: Scope, gazetteer: Gazetteer) -> list[Part]:
    """Every township within reach (of the scope's county, if it has one), those without a response too."""
    return _by_place(connection, scope, gazetteer, 1)


def by_unit(connection: Connection, scope: Scope, gazetteer: Gazetteer) -> list[Part]:
    """Every unit that is judged and within reach, those without a response too."""
    found = ended_by(connection, scope, "unit")
    found.pop("", None)
    listed = [
        unit
        for unit in gazetteer.units
        if scope.unit_code in ("", unit.code) and scope.reach.unit_code in ("", unit.code)
    ]
    parts = [Part(unit.code, unit.short_name, found.pop(unit.code, Ended())) for unit in listed]
    for code, ended in sorted(found.items()):
        unit = gazetteer.unit(code)
        parts.append(Part(code, f"{unit.short_name if unit else code}（已停用）", ended))
    return parts


def _by_place(connection: Connection, scope: Scope, gazetteer: Gazetteer, depth: int) -> list[Part]:
    found: dict[str, Ended] = defaultdict(Ended)
    group: Group = "township" if depth else "county"
    for place_code, ended in ended_by(connection, scope, group).items():
        path = gazetteer.path(place_code)
        code = path[depth].code if len(path) > depth and path[0].level == "county" else ""
        _merge(found[code], ended)
    level = ("county", "township")[depth]
    inside = [place for place in gazetteer.at_level(level) if place.code.startswith(scope.place_code)]
    if depth == 0 and scope.place_code:
        inside = [place for place in gazetteer.counties if scope.place_code.startswith(place.code)]
    inside = [place for place in inside if place.code.startswith(scope.reach.county_code)]
    name_of = {
        place.code: place.short_name if scope.place_code or depth == 0 else gazetteer.full_name(place.code)
        for place in inside
    }
    parts = [Part(code, name, found.pop(code, Ended())) for code, name in name_of.items()]
    rest = Ended()
    for ended in found.values():
        _merge(rest, ended)
    if rest.total:
        parts.append(Part("", "没说是哪里" if depth == 0 else "没说到乡镇", rest))
    return parts


def _merge(into: Ended, more: Ended) -> None:
    for name in (*ENDINGS, "other"):
        setattr(into, name, getattr(into, name) + getattr(more, name))
