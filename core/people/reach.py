"""
How far an account reaches: all of the survey, one county, one unit, or nothing.

Every query whose rows belong to counties or units takes a `Reach` and puts it into its WHERE; templates are
no place to hide a row. What a role may *do* is said by its routes (`admin/routes.py`), not here.
"""

from dataclasses import dataclass
from typing import Literal

from core.people.roles import Role

ReachKind = Literal["all", "county", "unit", "nothing"]

# They see whatever there is; the others see what they are tied to.
SEES_ALL = frozenset({Role.OFFICE, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Reach:
    """
    `kind` names which rows; `code` is the county's or unit's ('' for all and for nothing).

    There is no default: what came out empty by mistake must show nothing, so a reach is made on purpose.
    """

    kind: ReachKind
    code: str

    @property
    def is_all(self) -> bool:
        """Whether nothing is hidden."""
        return self.kind == "all"

    @property
    def county_code(self) -> str:
        """The county this is limited to; '' if it is not limited to a county."""
        return self.code if self.kind == "county" else ""

    @property
    def unit_code(self) -> str:
        """The unit this is limited to; '' if it is not limited to a unit."""
        return self.code if self.kind == "unit" else ""

    def takes_in_unit(self, unit_code: str) -> bool:
        """Whether rows about this unit may be seen."""
        return self.is_all or (self.kind == "unit" and self.code == unit_code)

    def takes_in_place(self, place_code: str) -> bool:
        """Whether rows about this place (its code of today) may be seen; a county takes in all below it."""
        return self.is_all or (self.kind == "county" and place_code.startswith(self.code))


EVERYTHING = Reach("all", "")
NOTHING = Reach("nothing", "")


def reach_of(role: Role, county_code: str, unit_code: str) -> Reach:
    """
    What an account of this role, tied to this county or unit ('' for none), may see.

    A county's or liaison's account that is tied to nothing sees nothing until the office ties it.
    """
    if role in SEES_ALL:
        return EVERYTHING
    if county_code and role in (Role.COUNTY, Role.LIAISON):
        return Reach("county", county_code)
    if unit_code and role == Role.LIAISON:
        return Reach("unit", unit_code)
    return NOTHING
