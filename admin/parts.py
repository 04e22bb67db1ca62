"""What the screens stand on, handed in when the application is made; and how a view gets at it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import cast

from flask import current_app
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from core.clock import Clock
from core.config import Settings
from core.db.reading import reading
from core.people.keys import KeyRing
from core.rounds.catalog import Catalog, CatalogStamp, catalog_stamp, load_catalog
from core.signin.wechat import WeChatDoor

EXTENSION = "minyi"

# From the platform's media ids to content hashes; those that are not kept (yet) are left out.
FindMedia = Callable[[Connection, Collection[str]], Mapping[str, str]]


def no_media(_connection: Connection, _media_ids: Collection[str]) -> Mapping[str, str]:
    """Nothing is kept: voice messages and photos are counted, not linked."""
    return {}


# Tells the worker that something waits for it; without it the worker looks once a minute.
Wake = Callable[[], None]


def nobody_to_wake() -> None:
    """There is no worker beside."""


@dataclass(kw_only=True)
class Parts:
    """
    Everything a screen may use.

    `find_media` tells under which hash a voice message or photo is kept, so that a page can link it.
    `wake_worker` is called once a task was asked for and committed. `wechat` signs liaisons in by their
    phone and makes codes to bind it with; None: only passwords and typed codes.
    """

    engine: Engine
    settings: Settings
    clock: Clock
    keys: KeyRing
    find_media: FindMedia = no_media
    wake_worker: Wake = nobody_to_wake
    wechat: WeChatDoor | None = None
    _catalog: Catalog | None = field(default=None, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment's state of the database, to look at."""
        with reading(self.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at its end, or taken back when anything fails."""
        with Session(self.engine) as session, session.begin():
            yield session

    def catalog(self, connection: Connection) -> Catalog:
        """Rounds, questionnaires, places and units of this moment; read anew only when they changed."""
        with self._lock:
            stamp: CatalogStamp = catalog_stamp(connection)
            if self._catalog is None or self._catalog.stamp != stamp:
                self._catalog = load_catalog(connection, self.keys, self.settings.office, self._catalog)
            return self._catalog


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast(Parts, current_app.extensions[EXTENSION])
