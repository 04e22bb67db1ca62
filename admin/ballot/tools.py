"""What the ballot's pages use besides `admin.parts`."""

from dataclasses import dataclass

from flask import current_app

from core.ballots.draft_keys import DraftKeys
from core.ballots.slips import Hasher
from core.conversation.world import World
from core.rounds.catalog import Catalog

EXTENSION_TOOLS = "minyi_ballot"


@dataclass(slots=True)
class Tools:
    """Hashes, draft keys, and whether cookies may only go over https."""

    hasher: Hasher
    keys: DraftKeys
    secure: bool
    _world: World | None = None

    def world(self, catalog: Catalog) -> World:
        """The world of this catalog; its questionnaires are made ready to be asked once, not each request."""
        world = self._world
        if world is None or world.catalog is not catalog:
            world = self._world = World(catalog, world)
        return world


def tools() -> Tools:
    """The tools of the application that answers this request."""
    found: Tools = current_app.extensions[EXTENSION_TOOLS]
    return found
