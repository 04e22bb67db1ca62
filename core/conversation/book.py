"""Where the turn writes what the desk decided; `core.responses` keeps it, `cli` ties the two together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from core.conversation.records import Record
from core.conversation.world import World


class ResponseBook(Protocol):
    """Stores responses, erasures, wishes for a human, and what has to be fetched."""

    def new_id(self, now: datetime) -> int:
        """A number no response has yet."""
        ...

    def record(
        self, connection: Connection, world: World, records: Sequence[Record], person: str, now: datetime
    ) -> None:
        """Write each record in the caller's transaction; `person` is the keyed hash of whom it is about."""
        ...
