"""What the ballot's pages use besides `admin.parts`."""

from dataclasses import dataclass

from flask import current_app

from core.ballots.draft_keys import DraftKeys
from core.ballots.slips import Hasher

EXTENSION_TOOLS = "minyi_ballot"


@dataclass(frozen=True, slots=True)
class Tools:
    """Hashes, draft keys, and whether cookies may only go over https."""

    hasher: Hasher
    keys: DraftKeys
    secure: bool


def tools() -> Tools:
    """The tools of the application that answers this request."""
    found: Tools = current_app.extensions[EXTENSION_TOOLS]
    return found
