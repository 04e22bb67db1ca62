"""
A screen's addresses, and who may use each.

A route cannot be made without saying who it is for, so forgetting it cannot open a page. What is in no
route is refused (see `admin.guard`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from core.people.roles import Role

PREFIX = "/admin"
# Under this name the application holds who may use which endpoint.
ROLES = "minyi_roles"

View = Callable[..., Any]

# Not an empty set: a set that came out empty by mistake must let nobody in.
EVERYBODY: Literal["everybody"] = "everybody"
Allowed = frozenset[Role] | Literal["everybody"]

ANY_STAFF = frozenset(Role)
LOOKERS = frozenset({Role.OFFICE, Role.AUDITOR})
OFFICE = frozenset({Role.OFFICE})
# Results; a county sees its own people's, a unit what was said about it (`Reach`, in the query).
RESULT_READERS = LOOKERS | {Role.COUNTY, Role.LIAISON}


@dataclass(frozen=True, slots=True)
class Route:
    """
    One address below `/admin` and its view. `roles` may use it; `EVERYBODY` is for those not signed in, too.

    `name` is what `url_for` takes. `max_bytes`: how much may be posted to it, where the usual is too little
    (files); only by somebody who has signed in.
    """

    path: str
    name: str
    view: View
    roles: Allowed
    methods: tuple[str, ...] = ("GET",)
    max_bytes: int = 0
