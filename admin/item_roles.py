"""Who may use the screens of rectification items; and who acts, as the items' service wants to know it."""

from flask import g

from core.people.roles import Role
from core.rectification.authors import Author

# Which rows each of them sees is their reach; the office and auditors see all.
ITEM_LOOKERS = frozenset({Role.OFFICE, Role.AUDITOR, Role.COUNTY, Role.LIAISON})
# What each may do to an item is the workflow's table; auditors only look.
ITEM_ACTORS = frozenset({Role.OFFICE, Role.COUNTY, Role.LIAISON})


def author() -> Author:
    """Whoever is signed in."""
    return Author.staff(g.staff.staff_id, g.staff.role, g.staff.reach)
