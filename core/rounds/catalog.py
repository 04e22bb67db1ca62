"""
The catalog: everything a conversation needs to know of the office's lists, read once and held in memory.

Rounds that were ever opened, with their questionnaires; places and units; retired codes; the office.
Drafts are left out: nobody is told of them. A catalog never changes; when `catalog_stamp` moves a new one is
loaded, and what did not change is carried over from the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.codes.retiring import retired_scenes
from core.config import Office
from core.db.catalog_version import CatalogStamp, catalog_stamp
from core.people.keys import KeyRing
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from core.questionnaires.model import Questionnaire
from core.questionnaires.models import QuestionnaireVersion
from core.questionnaires.service import as_stored
from core.rounds.models import Round, RoundQuestionnaire

__all__ = ["Catalog", "CatalogStamp", "RoundEntry", "catalog_stamp", "load_catalog"]

# Id, version and hash: what tells one stored questionnaire from every other.
_Edition = tuple[str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundEntry:
    """
    One round that was opened. `state` is `open` or `closed`; `questionnaires` by audience.

    `account_key` is the key this round's respondents are hashed under.
    """

    id: int
    name: str
    state: str
    opens_at: datetime
    closes_at: datetime
    questionnaires: Mapping[str, Questionnaire]
    account_key: bytes = field(repr=False)

    def is_open(self, now: datetime) -> bool:
        """Takes answers at this moment."""
        return self.state == "open" and self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Takes no answers any more."""
        return self.state == "closed" or now >= self.closes_at


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """
    What one moment's tables say. `rounds` in the order they were made.

    `retired_scenes` are the codes taken out of use one by one; those of places and units that are gone need
    no list.
    """

    stamp: CatalogStamp
    rounds: tuple[RoundEntry, ...]
    gazetteer: Gazetteer
    office: Office
    retired_scenes: frozenset[str] = frozenset()

    def round(self, round_id: int) -> RoundEntry | None:
        """The round of this number, None when it is unknown or a draft."""
        return self._by_id.get(round_id)

    @cached_property
    def _by_id(self) -> dict[int, RoundEntry]:
        return {entry.id: entry for entry in self.rounds}


def load_catalog(
    connection: Connection, keys: KeyRing, office: Office, before: Catalog | None = None
) -> Catalog:
    """The catalog as this transaction sees it; what `before` holds already is not built again."""
    # The stamp is read first: a change that slips in behind it is seen by the next look at the stamp.
    stamp = catalog_stamp(connection)
    same_places = before is not None and before.stamp.places_version == stamp.places_version
    gazetteer = before.gazetteer if before is not None and same_places else load_gazetteer(connection)
    questionnaires = _questionnaires(connection, _known_editions(before))
    entries = []
    for row in connection.execute(select(Round.__table__).where(Round.state != "draft").order_by(Round.id)):
        entries.append(
            RoundEntry(
                id=row.id,
                name=row.name,
                state=row.state,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                questionnaires=questionnaires.get(row.id, {}),
                account_key=keys.unwrap(row.account_key),
            )
        )
    return Catalog(
        stamp=stamp,
        rounds=tuple(entries),
        gazetteer=gazetteer,
        office=office,
        retired_scenes=retired_scenes(connection),
    )


def _known_editions(before: Catalog | None) -> dict[_Edition, Questionnaire]:
    known: dict[_Edition, Questionnaire] = {}
    for entry in before.rounds if before else ():
        for each in entry.questionnaires.values():
            known[each.id, each.version, each.content_hash] = each
    return known


def _questionnaires(
    connection: Connection, known: dict[_Edition, Questionnaire]
) -> dict[int, dict[str, Questionnaire]]:
    """By round and audience, of every round that is no draft."""
    version = QuestionnaireVersion
    rows = connection.execute(
        select(
            RoundQuestionnaire.round_id,
            RoundQuestionnaire.who,
            version.id,
            version.version,
            version.content_hash,
            version.text,
        )
        .join(Round)
        .join(
            version,
            (version.id == RoundQuestionnaire.questionnaire_id)
            & (version.version == RoundQuestionnaire.questionnaire_version),
        )
        .where(Round.state != "draft")
    )
    found: dict[int, dict[str, Questionnaire]] = {}
    for round_id, who, questionnaire_id, number, content_hash, text in rows:
        edition = (questionnaire_id, number, content_hash)
        if edition not in known:
            known[edition] = as_stored(text, content_hash)
        found.setdefault(round_id, {})[who] = known[edition]
    return found
