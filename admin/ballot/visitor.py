"""
Who holds a ballot in a browser: a random token in a cookie, and the keyed hash of it in the database.

The cookie is set when a slip was good and taken away when the ballot is handed in or let go.
"""

import secrets
from typing import Any

from flask import Response, request

from core.ballots.drafts import KEEP

COOKIE = "minyi_ballot"
PATH = "/ballot"
_TOKEN_BYTES = 24


def token() -> str:
    """The token that came with this request; '' when none did."""
    return request.cookies.get(COOKIE, "")[:64]


def new_token() -> str:
    """A token for a visitor who has none."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def set_token(response: Any, value: str, *, secure: bool) -> Response:
    """Keep it in this browser for as long as a ballot is kept."""
    kept: Response = response
    kept.set_cookie(COOKIE, value, max_age=KEEP, path=PATH, httponly=True, samesite="Strict", secure=secure)
    return kept


def take_token(response: Any) -> Response:
    """Nothing is left in this browser."""
    cleared: Response = response
    cleared.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Strict")
    return cleared


def came_from_elsewhere() -> bool:
    """Whether a form was sent by another site's page; `SameSite` says so too, in browsers that know it."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    return site not in ("same-origin", "none") or (
        origin not in (None, "null") and origin.partition("://")[2] != request.host
    )
