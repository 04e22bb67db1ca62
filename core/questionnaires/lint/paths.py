"""
Which questions can be asked together: satisfying conditions, and the longest way through.

Works on the conditions of `show_if` and on domains: for an id, every set of values worth trying (`()` is
"hidden or unanswered"). An id without a domain is unknown, and what depends on it is taken to be possible.
So is everything once `Budget` is used up: the answers err towards "can be reached" and "longer", never
the other way, and no file can make the linter slow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.questionnaires.conditions import And, Condition, Literals, Not, Or, decide, ids

Values = tuple[Literals, ...]
Domains = Mapping[str, Sequence[Values]]

# One call deeper for each id that is settled; far from Python's limit, far above a real questionnaire.
MAX_TRIED_IDS = 100


@dataclass
class Budget:
    """How many more times a condition may be looked at, over one whole file."""

    left: int = 20_000

    def spend(self) -> bool:
        """Whether there was something left."""
        self.left -= 1
        return self.left >= 0


def simplify(condition: Condition, id_: str, values: Values) -> Condition | bool:
    """The condition once `id_` has these values: what remains of it (without `id_`), or its outcome."""
    match condition:
        case And(parts) | Or(parts):
            decisive = isinstance(condition, Or)
            remaining: list[Condition] = []
            for part in parts:
                rest = simplify(part, id_, values)
                if rest is decisive:
                    return decisive
                if not isinstance(rest, bool):
                    remaining.append(rest)
            if not remaining:
                return not decisive
            return remaining[0] if len(remaining) == 1 else type(condition)(tuple(remaining))
        case Not(part):
            rest = simplify(part, id_, values)
            return (not rest) if isinstance(rest, bool) else Not(rest)
        case _:
            return decide(condition, lambda _: values) if condition.id == id_ else condition


def satisfiable(conditions: Iterable[Condition], domains: Domains, budget: Budget, depth: int = 0) -> bool:
    """Whether all of these can hold at once, as far as the domains tell."""
    wanted = list(conditions)
    # "Not always": the negation of an empty And names nothing and never holds.
    if any(not ids(condition) and not decide(condition, lambda _: ()) for condition in wanted):
        return False
    id_ = next((id_ for condition in wanted for id_ in sorted(ids(condition)) if id_ in domains), None)
    if id_ is None or depth == MAX_TRIED_IDS:
        return True
    for values in domains[id_]:
        remaining: list[Condition] = []
        for condition in wanted:
            if not budget.spend():
                return True
            rest = simplify(condition, id_, values)
            if rest is False:
                break
            if rest is not True:
                remaining.append(rest)
        else:
            if satisfiable(remaining, domains, budget, depth + 1):
                return True
    return False


def longest(questions: Sequence[Condition | bool], domains: Domains, budget: Budget, depth: int = 0) -> int:
    """How many of the questions, each given as the condition on which it is asked, one person can meet."""
    always = sum(question is True for question in questions)
    open_questions = [question for question in questions if not isinstance(question, bool)]
    return always + sum(
        _longest_of(part, domains, budget, depth) for part in _independent(open_questions, domains)
    )


def _longest_of(questions: list[Condition], domains: Domains, budget: Budget, depth: int) -> int:
    """The same for questions that depend on one another: try the id that decides over most of them."""
    counts: dict[str, int] = {}
    for question in questions:
        for id_ in ids(question):
            if id_ in domains:
                counts[id_] = counts.get(id_, 0) + 1
    if not counts or depth == MAX_TRIED_IDS:
        return len(questions)
    id_ = max(sorted(counts), key=lambda name: counts[name])
    best = 0
    for values in domains[id_]:
        remaining: list[Condition | bool] = []
        for question in questions:
            if not budget.spend():
                return len(questions)
            remaining.append(simplify(question, id_, values))
        best = max(best, longest(remaining, domains, budget, depth + 1))
        if best == len(questions):
            break
    return best


def _independent(questions: list[Condition], domains: Domains) -> list[list[Condition]]:
    """The questions in parts that share no id with a domain."""
    leader: dict[str, str] = {}

    def leader_of(id_: str) -> str:
        while leader.setdefault(id_, id_) != id_:
            leader[id_] = leader[leader[id_]]
            id_ = leader[id_]
        return id_

    firsts: list[tuple[str, Condition]] = []
    parts: dict[str, list[Condition]] = {}
    alone: list[list[Condition]] = []
    for question in questions:
        named = [id_ for id_ in ids(question) if id_ in domains]
        if not named:
            alone.append([question])
            continue
        for id_ in named[1:]:
            leader[leader_of(id_)] = leader_of(named[0])
        firsts.append((named[0], question))
    for id_, question in firsts:
        parts.setdefault(leader_of(id_), []).append(question)
    return [*alone, *parts.values()]
