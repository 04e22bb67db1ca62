"""What an export of responses holds: which of a round's, and the columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement

from core.conversation.kinds.base import Column
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Number, Questionnaire
from core.responses.columns import answer_columns
from core.responses.models import Response
from core.sheets.out_columns import ColumnKind, OutColumn

HEAD = (
    "response_id",
    "started",
    "finished",
    "channel",
    "code",
    "place",
    "unit",
    "questionnaire",
    "version",
    "status",
    "flags",
)
TIMES = ("started", "finished")


@dataclass(frozen=True)
class Sheet:
    """
    What is exported: the questionnaires of one round, and all columns.

    `cells`: for each questionnaire and slot key, the columns' places in a row and what stands in them.
    `narrowed`: further conditions of SQL on the responses.
    """

    round_id: int
    columns: tuple[OutColumn, ...]
    cells: Mapping[str, Mapping[str, tuple[tuple[int, Column], ...]]]
    has_numbers: bool
    narrowed: tuple[ColumnElement[bool], ...] = ()

    @cached_property
    def no_answers(self) -> tuple[None, ...]:
        """What stands behind the head while nothing is answered."""
        return (None,) * (len(self.columns) - len(HEAD))

    @classmethod
    def of(
        cls,
        round_id: int,
        questionnaires: Sequence[Questionnaire],
        gazetteer: Gazetteer,
        narrowed: Sequence[ColumnElement[bool]] = (),
    ) -> "Sheet":
        """The sheet of a round's questionnaires (all of them, or those asked for)."""
        declared = {each.id: answer_columns(each, gazetteer) for each in questionnaires}
        columns = {column.name: column for column in _head()}
        for slots in declared.values():
            for slot in slots:
                for name, column in zip(slot.names, slot.columns, strict=True):
                    new = OutColumn(name=name, title=slot.title, kind=column.holds, options=column.options)
                    columns[name] = _shared(columns.get(name, new), new)
        places = {name: place for place, name in enumerate(columns)}
        cells = {
            questionnaire_id: {
                slot.key: tuple(
                    (places[name], column) for name, column in zip(slot.names, slot.columns, strict=True)
                )
                for slot in slots
            }
            for questionnaire_id, slots in declared.items()
        }
        has_numbers = any(isinstance(slot.question, Number) for slots in declared.values() for slot in slots)
        return cls(round_id, tuple(columns.values()), cells, has_numbers, tuple(narrowed))

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """The responses that are in it."""
        return (
            Response.round_id == self.round_id,
            Response.questionnaire_id.in_(list(self.cells)),
            *self.narrowed,
        )


def _head() -> Iterator[OutColumn]:
    """The columns every response has."""
    for name in HEAD:
        kind: ColumnKind = "time" if name in TIMES else "number" if name == "version" else "text"
        yield OutColumn(name=name, kind=kind)


def _shared(one: OutColumn, other: OutColumn) -> OutColumn:
    """One column for questions of the same id in two questionnaires; text where they do not hold the same."""
    return one if (one.kind, one.options) == (other.kind, other.options) else OutColumn(name=one.name)
