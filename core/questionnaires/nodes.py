"""
The nodes of a YAML file as `tree` reads it: scalars, lists and maps, each with its line.

What keys and values mean is for `lint` and `build`.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "decimal", "flag", "null", "odd", "broken"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """
    One value. `raw` is its text as YAML gives it; `value` the same as a Python value.

    Kind "odd" is what YAML 1.1 takes for something else than it looks (`no`, `12:30`, `0x1F`, a date);
    "broken" stands where an alias or a tag was refused, so that nobody complains a second time.
    """

    kind: Kind
    raw: str
    value: str | int | float | bool | None
    line: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list and the line it begins on."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a map with its value; `line` is the key's."""

    key: Scalar
    node: "Node"
    line: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map. The readers below return None, or nothing, for what is absent or of another kind."""

    entries: dict[str, Entry]
    line: int

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str) -> "Node | None":
        """The node under a key."""
        entry = self.entries.get(key)
        return entry.node if entry else None

    def line_of(self, key: str) -> int:
        """The line of a key, or the map's own line when it has no such key."""
        entry = self.entries.get(key)
        return entry.line if entry else self.line

    def scalar(self, key: str, *kinds: Kind) -> Scalar | None:
        """The scalar under a key if it is of one of these kinds."""
        node = self.get(key)
        return node if isinstance(node, Scalar) and node.kind in kinds else None

    def text(self, key: str) -> str | None:
        """The text under a key."""
        found = self.scalar(key, "text")
        return found.raw if found else None

    def whole(self, key: str) -> int | None:
        """The whole number under a key."""
        found = self.scalar(key, "whole")
        return int(found.raw) if found else None

    def number(self, key: str) -> float | None:
        """The number under a key, whole or not."""
        found = self.scalar(key, "whole", "decimal")
        return float(found.raw) if found else None

    def flag(self, key: str) -> bool | None:
        """The true or false under a key."""
        found = self.scalar(key, "flag")
        return bool(found.value) if found else None

    def map(self, key: str) -> "MapNode | None":
        """The map under a key."""
        node = self.get(key)
        return node if isinstance(node, MapNode) else None

    def items(self, key: str) -> tuple["Node", ...]:
        """What is in the list under a key."""
        node = self.get(key)
        return node.items if isinstance(node, ListNode) else ()

    def maps(self, key: str) -> tuple["MapNode", ...]:
        """The maps in the list under a key."""
        return tuple(item for item in self.items(key) if isinstance(item, MapNode))

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in the list under a key."""
        return tuple(item.raw for item in self.items(key) if isinstance(item, Scalar) and item.kind == "text")


Node = Scalar | ListNode | MapNode


def shown(text: str) -> str:
    """Somebody's text as a message quotes it: short, on one line, nothing invisible."""
    printable = "".join(character if character.isprintable() else "�" for character in text[:21])
    return printable if len(text) <= 20 else f"{printable[:20]}…"
