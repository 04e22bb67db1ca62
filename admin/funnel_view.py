"""
Which part of a round's funnel a page shows, read from the address: `county`, `township`, `unit`, `material`,
`code`. It never goes beyond what the account may see, which the queries hold to besides
(`core.funnel.reading`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from flask import g, request
from sqlalchemy import Connection

from admin.error_pages import BadFilter
from admin.filters import read_places, read_round, read_unit
from admin.parts import parts
from core.clock import local_day
from core.codes.scenes import MAX_SCENE_CHARS
from core.errors import NotFound
from core.funnel.names import Names
from core.funnel.reading import Funnel, Line, Where
from core.people.reach import Reach
from core.people.roles import Role
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.rounds.catalog import RoundEntry

# Who may look at funnels; how much of them their reach says.
READERS = frozenset({Role.OFFICE, Role.AUDITOR, Role.COUNTY, Role.LIAISON})
MAX_MATERIAL_CHARS = 60


class NotYours(NotFound):
    """An address that names another county's or unit's part."""

    say = "这部分不在您的账号能看的范围里。请回到“传播”，从那里选。"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelView:
    """A part of a round's funnel, and what can be read of it. `code` is a scene; '' and None: all."""

    round: RoundEntry
    gazetteer: Gazetteer
    reach: Reach
    connection: Connection
    funnel: Funnel
    names: Names
    county: PlaceNode | None = None
    township: PlaceNode | None = None
    unit: UnitNode | None = None
    material: str = ""
    code: str = ""

    @property
    def owner(self) -> str:
        """The county or unit that is meant; '' for all."""
        return self.unit.code if self.unit else self.county.code if self.county else ""

    @property
    def where(self) -> Where:
        """The same for the reading service."""
        township = self.township.code if self.township else ""
        return Where(self.owner, township, self.code, self.material)

    @property
    def args(self) -> dict[str, str]:
        """The same as parts of an address."""
        given = {"material": self.material, "code": self.code}
        for name, node in (("county", self.county), ("township", self.township), ("unit", self.unit)):
            given[name] = node.code if node else ""
        return {name: value for name, value in given.items() if value}

    @property
    def sentence(self) -> str:
        """The same in words: `2021年终评议 · 宜州区庆远镇 · 公交车`."""
        words = [self.round.name]
        if self.unit is not None:
            words.append(self.unit.short_name)
        elif self.county is not None:
            words.append(self.gazetteer.full_name((self.township or self.county).code))
        else:
            words.append("全市")
        if self.code:
            words.append(self.names.code(Line(self.owner, key=self.code)))
        elif self.material:
            words.append(self.names.material(self.material))
        return " · ".join(words)

    @property
    def townships(self) -> tuple[PlaceNode, ...]:
        """What can be chosen below the county."""
        return self.gazetteer.children(self.county.code) if self.county else ()

    @property
    def last_day(self) -> date:
        """The last day of the round so far."""
        return local_day(min(parts().clock(), self.round.closes_at))


@contextmanager
def funnel_view(round_id: int, *, by_material: bool = False) -> Iterator[FunnelView]:
    """
    What this request asks for; the connection ends with the block.

    Only with `by_material` can the page show one material alone; else a material left over from another page
    is dropped.
    """
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        view = FunnelView(
            round=entry,
            gazetteer=catalog.gazetteer,
            reach=g.staff.reach,
            connection=connection,
            funnel=Funnel(connection, round_id, g.staff.reach),
            names=Names(catalog.gazetteer, entry.questionnaires.values()),
        )
        wanted = _narrowed(view, _places(view, request.args))
        yield wanted if by_material else replace(wanted, material="")


def _narrowed(view: FunnelView, wanted: FunnelView) -> FunnelView:
    """What was asked for, within the account's reach: that goes without saying, anything else is refused."""
    reach = view.reach
    if reach.is_all:
        return wanted
    if wanted.owner and wanted.owner != reach.code:
        raise NotYours
    if reach.county_code:
        return replace(wanted, county=view.gazetteer.place(reach.county_code))
    return replace(wanted, unit=view.gazetteer.unit(reach.unit_code))


def _places(view: FunnelView, args: Mapping[str, str]) -> FunnelView:
    """As the address says. A unit has no place, a township no other material than its codes say."""
    unit = read_unit(view.gazetteer, args.get("unit", ""))
    material = _short(args.get("material", ""), MAX_MATERIAL_CHARS, "载体")
    code = _short(args.get("code", ""), MAX_SCENE_CHARS, "码")
    if unit is not None:
        return replace(view, unit=unit, material=material, code=code)
    county, township = read_places(view.gazetteer, args)
    if township is not None:
        material = ""
    return replace(view, county=county, township=township, material=material, code=code)


def _short(given: str, most: int, what: str) -> str:
    if len(given) > most:
        raise BadFilter(f"没有叫“{given[:20]}…”的{what}。请从列表里选。")
    return given
