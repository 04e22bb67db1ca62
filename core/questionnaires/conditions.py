"""
`show_if`: when a question is asked. Parsing to a small tree, writing it back, and deciding it.

    expr = or ; or = and {"or" and} ; and = not {"and" not} ; not = ["not"] atom
    atom = "(" expr ")" | "answered(" id ")" | id op literal | id ["not"] "in" list
    op = == != < <= > >= ; list = "[" literal {"," literal} "]" ; literal = 'code' | number

Pure: the answers come in through `Lookup`. What an id may refer to is the linter's business.

A comparison with a hidden or unanswered question is false, and so are `!=` and `not in`; `not (…)` in
front of it is plain logic and therefore true.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from core.errors import SurveyError

# Far above any condition an office writes; they keep a hostile file from exhausting the stack.
MAX_CONDITION_CHARS = 1000
MAX_CONDITION_DEPTH = 30

# What a condition may name besides questions.
SURROUNDINGS = ("subject.kind", "source.kind", "channel")

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


class ConditionError(SurveyError):
    """A `show_if` that does not follow the grammar. `column` counts characters from 1."""

    def __init__(self, column: int, problem: str) -> None:
        self.column = column
        self.problem = problem
        super().__init__(f"show_if 第{column}个字符处：{problem}")


def parse(text: str) -> Condition:
    """Read a condition; raises ConditionError where the grammar is broken."""
    if len(text) > MAX_CONDITION_CHARS:
        raise ConditionError(
            MAX_CONDITION_CHARS + 1, f"条件太长，最多{MAX_CONDITION_CHARS}个字符，请拆成几道题"
        )
    return _Parser(text).whole()


def decide(condition: Condition, lookup: Lookup) -> bool:
    """Whether the condition holds for the values `lookup` gives."""
    match condition:
        case Contains(id, literals, negated):
            values = lookup(id)
            if not values:
                return False
            return any(value in literals for value in values) is not negated
        case Compare(id, operator, literal):
            return _compare(lookup(id), operator, literal)
        case And(parts):
            return all(decide(part, lookup) for part in parts)
        case Or(parts):
            return any(decide(part, lookup) for part in parts)
        case Not(part):
            return not decide(part, lookup)
        case Answered(id):
            return bool(lookup(id))


def _compare(values: tuple[Literals, ...], operator: Operator, literal: Literals) -> bool:
    if operator == "==":
        return literal in values
    if operator == "!=":
        return bool(values) and literal not in values
    if isinstance(literal, str):
        return False
    numbers = [value for value in values if not isinstance(value, str)]
    if operator == "<":
        return any(number < literal for number in numbers)
    if operator == "<=":
        return any(number <= literal for number in numbers)
    if operator == ">":
        return any(number > literal for number in numbers)
    return any(number >= literal for number in numbers)


def ids(condition: Condition) -> frozenset[str]:
    """Every id the condition names, `subject.kind` and the like included."""
    return frozenset(atom.id for atom in atoms(condition))


def atoms(condition: Condition) -> Iterator[Compare | Contains | Answered]:
    """The comparisons a condition is made of, from left to right."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def unparse(condition: Condition) -> str:
    """The condition as text that `parse` reads back to an equal one."""
    match condition:
        case Compare(id, operator, literal):
            return f"{id} {operator} {_literal(literal)}"
        case Contains(id, literals, negated):
            listed = ", ".join(_literal(literal) for literal in literals)
            return f"{id} {'not in' if negated else 'in'} [{listed}]"
        case Answered(id):
            return f"answered({id})"
        case Not(part):
            return f"not {_inside(part, (And, Or, Not))}"
        case And(parts):
            return " and ".join(_inside(part, (And, Or)) for part in parts)
        case Or(parts):
            return " or ".join(_inside(part, (Or,)) for part in parts)


def _inside(part: Condition, needs_brackets: tuple[type, ...]) -> str:
    text = unparse(part)
    return f"({text})" if isinstance(part, needs_brackets) else text


def _literal(literal: Literals) -> str:
    # Decimal writes 1e21 out in digits; the grammar knows no exponents.
    return f"'{literal}'" if isinstance(literal, str) else f"{Decimal(repr(literal)).normalize():f}"


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<word>[a-z][a-z0-9_]*(?:\.[a-z]+)?)
      | (?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,6})?)(?![0-9A-Za-z_.])
      | '(?P<code>[^']*)'
      | (?P<sign>==|!=|<=|>=|<|>|[()\[\],])
    )""",
    re.VERBOSE,
)
_OPERATORS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_WORDS = frozenset({"and", "or", "not", "in", "answered"})


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind` is a group's name in _TOKEN, or "end"; `column` counts from 1."""

    kind: str
    text: str
    column: int

    def is_(self, *texts: str) -> bool:
        return self.kind in ("word", "sign") and self.text in texts


class _Parser:
    """Recursive descent over the grammar above, one method per line of it."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.position = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.next
        self.position += 1
        return token

    def expect(self, sign: str) -> None:
        if not self.next.is_(sign):
            raise self.wrong(f"这里应当是“{sign}”")
        self.take()

    def wrong(self, problem: str) -> ConditionError:
        return ConditionError(self.next.column, problem)

    def whole(self) -> Condition:
        condition = self.either(0)
        if self.next.kind != "end":
            raise self.wrong(f"看不懂“{self.next.text}”，两个条件之间请写 and 或 or")
        return condition

    def either(self, depth: int) -> Condition:
        parts = [self.both(depth)]
        while self.next.is_("or"):
            self.take()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self, depth: int) -> Condition:
        parts = [self.negation(depth)]
        while self.next.is_("and"):
            self.take()
            parts.append(self.negation(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negation(self, depth: int) -> Condition:
        if self.next.is_("not"):
            self.take()
            return Not(self.atom(depth))
        return self.atom(depth)

    def atom(self, depth: int) -> Condition:
        if self.next.is_("("):
            if depth == MAX_CONDITION_DEPTH:
                raise self.wrong("括号套得太深，请拆成几道题")
            self.take()
            condition = self.either(depth + 1)
            self.expect(")")
            return condition
        if self.next.is_("answered"):
            self.take()
            self.expect("(")
            id_ = self.id()
            self.expect(")")
            return Answered(id_)
        return self.comparison(self.id())

    def comparison(self, id_: str) -> Condition:
        negated = self.next.is_("not")
        if negated:
            self.take()
        if self.next.is_("in"):
            self.take()
            return Contains(id_, self.list(), negated)
        if negated or self.next.text not in _OPERATORS or self.next.kind != "sign":
            raise self.wrong("这里应当是 ==、!=、<、<=、>、>=、in 或 not in")
        return Compare(id_, cast(Operator, self.take().text), self.literal())

    def id(self) -> str:
        if self.next.kind != "word" or self.next.text in _WORDS:
            raise self.wrong("这里应当写题目的 id")
        return self.take().text

    def list(self) -> tuple[Literals, ...]:
        self.expect("[")
        literals = [self.literal()]
        while self.next.is_(","):
            self.take()
            literals.append(self.literal())
        self.expect("]")
        return tuple(literals)

    def literal(self) -> Literals:
        if self.next.kind == "code":
            return self.take().text
        if self.next.kind == "number":
            return float(self.take().text)
        raise self.wrong("这里应当写带单引号的代码，如 'a1'，或者一个数字")


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            column = position + len(text[position:]) - len(text[position:].lstrip()) + 1
            raise ConditionError(column, f"看不懂“{text[column - 1]}”{_hint(text[column - 1])}")
        kind = found.lastgroup or ""
        yield _Token(kind, found[kind], found.end() - len(found[0].lstrip()) + 1)
        position = found.end()
    yield _Token("end", "", end + 1)


def _hint(character: str) -> str:
    if character in '"“”‘’':
        return "，代码两边请用英文单引号"
    if character in "=!&|":
        return "，请写 ==、!=、and、or"
    return ""
