"""
One row that says how often the catalog (places, units, questionnaires, rounds) has changed.

Servers keep the catalog in memory. Before each turn they read this row, and load the catalog anew when it
moved. Every service that changes one of those tables calls `bump_catalog` first.
"""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db.base import Base

ONLY_ROW = 1


class CatalogVersion(Base):
    """`version` moves with every change; `places_version` with those of places and units alone."""

    __tablename__ = "catalog_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    places_version: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class CatalogStamp:
    """Equal stamps: nothing changed."""

    version: int
    places_version: int


_STAMP = select(CatalogVersion.version, CatalogVersion.places_version)


def catalog_stamp(connection: Connection) -> CatalogStamp:
    """The catalog's version as this transaction sees it."""
    row = connection.execute(_STAMP).first()
    return CatalogStamp(*row) if row else CatalogStamp(0, 0)


def bump_catalog(session: Session, *, places: bool = False) -> None:
    """
    Say that this transaction changes the catalog; `places` when it changes places or units.

    The row stays locked until the transaction ends, so changes of the catalog happen one after the other:
    call it before looking at what is to be changed.
    """
    changed = {CatalogVersion.version: CatalogVersion.version + 1}
    if places:
        changed[CatalogVersion.places_version] = CatalogVersion.places_version + 1
    if not session.scalars(update(CatalogVersion).values(changed).returning(CatalogVersion.id)).all():
        session.execute(insert(CatalogVersion).values(id=ONLY_ROW, version=1, places_version=int(places)))
