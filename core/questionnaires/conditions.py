"""
`show_if`: when a question is asked. Parsing to a small tree, and deciding it.

    expr = or ; or = and {"or" and} ; and = not {"and" not} ; not = ["not"] atom
    atom = "(" expr ")" | "answered(" id ")" | id op literal | id ["not"] "in" list

Pure: the answers come in through `Lookup`. What an id may refer to is the linter's business.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Operator = Literal["==", "!=", "<", "<=", ">", ">="]
Literals = str | float


@dataclass(frozen=True, slots=True)
class Compare:
    """`id op literal`. `id` is a question's id, `subject.kind`, `source.kind` or `channel`."""

    id: str
    operator: Operator
    literal: Literals


@dataclass(frozen=True, slots=True)
class Contains:
    """`id in [...]`, or with `negated`, `id not in [...]`."""

    id: str
    literals: tuple[Literals, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """`answered(id)`."""

    id: str


@dataclass(frozen=True, slots=True)
class Not:
    """`not part`."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Condition", ...]


Condition = Compare | Contains | Answered | Not | And | Or

# The values an id has now: () when hidden or unanswered, several for a multi question.
Lookup = Callable[[str], tuple[Literals, ...]]
