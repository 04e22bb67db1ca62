"""
What a list would change, as a page shows it: figures and the first rows of each kind; or what is wrong.

Plain data that can be kept as JSON, so that a long list is read by the worker and looked at later.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import BadInput
from core.rectification.plan import Change, Kind, Plan
from core.rectification.words import STATE_TITLES

SHOWN_ROWS = 200
SHOWN_FAULTS = 100


@dataclass(frozen=True, slots=True)
class ShownRow:
    """
    One row of the list. `number` is None for a new item, whose words follow; `first_deadline` is an ISO date.

    `differences`: (column, what stands in the system, what the list says).
    """

    row: int
    number: int | None
    text: str
    category: str
    source: str
    lead_code: str
    state: str
    first_deadline: str
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`mark` confirms that what was shown is done; `counts` by kind. With `faults` nothing can be done."""

    words: str = ""
    mark: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    new: tuple[ShownRow, ...] = ()
    changed: tuple[ShownRow, ...] = ()
    stale: tuple[ShownRow, ...] = ()
    faults: tuple[str, ...] = ()
    more_faults: int = 0

    @property
    def to_write(self) -> int:
        """How many rows would be written."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)

    def as_json(self) -> str:
        """To be kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, kept: str) -> "Shown":
        """What `as_json` gave."""
        found: dict[str, Any] = json.loads(kept)
        for kind in ("new", "changed", "stale"):
            found[kind] = tuple(_row_again(each) for each in found[kind])
        return cls(**found | {"faults": tuple(found["faults"])})


def shown_of(plan: Plan) -> Shown:
    """A plan as it is shown."""
    kinds: tuple[Kind, ...] = ("new", "changed", "same", "stale")
    return Shown(
        words=str(plan),
        mark=plan.mark,
        counts={kind: len(plan.of(kind)) for kind in kinds},
        new=_first(plan, "new"),
        changed=_first(plan, "changed"),
        stale=_first(plan, "stale"),
    )


def faults_of(error: BadInput) -> Shown:
    """What is wrong with a list."""
    faults = [str(fault) for fault in error.faults]
    return Shown(faults=tuple(faults[:SHOWN_FAULTS]), more_faults=max(len(faults) - SHOWN_FAULTS, 0))


def _first(plan: Plan, kind: Kind) -> tuple[ShownRow, ...]:
    return tuple(_row(change) for change in plan.of(kind)[:SHOWN_ROWS])


def _row(change: Change) -> ShownRow:
    facts = change.line.facts
    state = change.facts.state or facts.state
    return ShownRow(
        row=change.line.row,
        number=change.number,
        text=facts.text or "",
        category=facts.category or "",
        source=facts.source or "",
        lead_code=facts.lead_code or "",
        state=STATE_TITLES[state] if state else "",
        first_deadline=facts.first_deadline.isoformat() if facts.first_deadline else "",
        differences=tuple((each.title, each.before, each.after) for each in change.differences),
    )


def _row_again(kept: dict[str, Any]) -> ShownRow:
    differences = tuple((title, before, after) for title, before, after in kept["differences"])
    return ShownRow(**kept | {"differences": differences})
