"""
Places and units held in memory, read-only: what the conversation asks of them, a thousand times a second.

Built from the tables by `core.places.service.load_gazetteer`; a new one is built when the lists change.
Retired places and units are known by code but never offered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

LEVELS = ("city", "county", "township", "village")


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """One place. `short_name` is what people are shown."""

    code: str
    name: str
    short_name: str
    level: str
    parent_code: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class UnitNode:
    """One unit that is judged."""

    code: str
    name: str
    short_name: str
    category: str
    retired: bool = False


class Gazetteer:
    """All places and units, by code, by parent and by level; always in the order of their codes."""

    def __init__(
        self,
        places: Iterable[PlaceNode],
        units: Iterable[UnitNode],
        changes: Mapping[str, str] | None = None,
    ) -> None:
        self._places = {place.code: place for place in sorted(places, key=lambda place: place.code)}
        self._units = {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)}
        self._changes = dict(changes or {})
        self._children: dict[str, list[PlaceNode]] = {}
        for place in self._places.values():
            if not place.retired:
                self._children.setdefault(place.parent_code, []).append(place)

    def place(self, code: str) -> PlaceNode | None:
        """The place with this code, or the one that replaced it; None when unknown."""
        return self._places.get(self._changes.get(code, code))

    def unit(self, code: str) -> UnitNode | None:
        """The unit with this code, or None."""
        return self._units.get(code)

    def former_codes(self, code: str) -> tuple[str, ...]:
        """Old codes that lead to this place or to one below it, in order."""
        return tuple(sorted(old for old, new in self._changes.items() if new.startswith(code)))

    def children(self, code: str) -> tuple[PlaceNode, ...]:
        """The places directly below, () for a village or an unknown code."""
        return tuple(self._children.get(code, ()))

    def at_level(self, level: str) -> tuple[PlaceNode, ...]:
        """Every place of one level that is not retired."""
        return tuple(p for p in self._places.values() if p.level == level and not p.retired)

    @cached_property
    def counties(self) -> tuple[PlaceNode, ...]:
        """The counties and districts."""
        return self.at_level("county")

    @cached_property
    def units(self) -> tuple[UnitNode, ...]:
        """Every unit that is not retired."""
        return tuple(unit for unit in self._units.values() if not unit.retired)

    def path(self, code: str) -> tuple[PlaceNode, ...]:
        """From the county down to the place itself; () when unknown. The city stands only for itself."""
        found: list[PlaceNode] = []
        node = self.place(code)
        while node is not None and (node.level != "city" or not found):
            found.append(node)
            node = self._places.get(node.parent_code)
        return tuple(reversed(found))

    def full_name(self, code: str) -> str:
        """`宜州区庆远镇`: the short names of the path, joined; '' when unknown."""
        return "".join(place.short_name for place in self.path(code))

    def subjects_over(self, over: str) -> tuple[PlaceNode | UnitNode, ...]:
        """What a repeat goes over: `places:county`, `places:township`, `units`, `units:CATEGORY`."""
        kind, _, which = over.partition(":")
        if kind == "places":
            return self.at_level(which)
        return tuple(unit for unit in self.units if not which or unit.category == which)
