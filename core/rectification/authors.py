"""Who acts, from where, and what they are to an item."""

from dataclasses import dataclass
from enum import StrEnum

from core.people.reach import EVERYTHING, NOTHING, Reach
from core.people.roles import Role
from core.rectification.standing import Standing
from core.rectification.workflow import Who


class Origin(StrEnum):
    """Where an act was done."""

    CHAT = "chat"
    WEB = "web"
    IMPORT = "import"
    CLI = "cli"


ORIGIN_TITLES = {Origin.CHAT: "微信", Origin.WEB: "网页", Origin.IMPORT: "导入", Origin.CLI: "命令"}


@dataclass(frozen=True, slots=True)
class Author:
    """
    Somebody who acts. `role` is None for commands and jobs.

    `staff_id` is the account's number (the admin), `liaison_id` the liaison's (the chat). What they may touch
    is their `reach`; a liaison acts for the county or unit it names.
    """

    role: Role | None
    reach: Reach
    origin: Origin
    staff_id: int | None = None
    liaison_id: int | None = None

    @classmethod
    def staff(cls, staff_id: int, role: Role, reach: Reach, origin: Origin = Origin.WEB) -> "Author":
        """An account that is signed in."""
        return cls(role, reach, origin, staff_id=staff_id)

    @classmethod
    def liaison(cls, liaison_id: int, subject_code: str, origin: Origin = Origin.CHAT) -> "Author":
        """A bound liaison of a county (code of digits) or unit."""
        if not subject_code:
            return cls(Role.LIAISON, NOTHING, origin, liaison_id=liaison_id)
        reach = Reach("county" if subject_code.isdigit() else "unit", subject_code)
        return cls(Role.LIAISON, reach, origin, liaison_id=liaison_id)

    @classmethod
    def system(cls, origin: Origin = Origin.CLI) -> "Author":
        """A command or a job."""
        return cls(None, EVERYTHING, origin)

    @property
    def subject_code(self) -> str:
        """The county or unit they speak for; '' for the office and the system."""
        return self.reach.code

    @property
    def may_undo(self) -> bool:
        """Liaisons have a minute to take an act back; others hear of it after that."""
        return self.role is Role.LIAISON


def who_is(author: Author, standing: Standing) -> Who | None:
    """What the author is to an item that stands like this; None for nobody: a stranger, or who only looks."""
    if author.role is None:
        return Who.SYSTEM
    if author.role is Role.OFFICE:
        return Who.OFFICE
    if not author.subject_code:
        return None
    if author.role is Role.COUNTY:
        return Who.COUNTY if author.subject_code == standing.lead_code else None
    if author.role is Role.LIAISON:
        if author.subject_code == standing.lead_code:
            return Who.LEAD
        return Who.ASSIST if author.subject_code in standing.assist else None
    return None
