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


@dataclass
class Budget:
    """How many more times a condition may be looked at, over one whole file."""

    left: int = 60_000

    def spend(self) -> bool:
        """Whether there was something left."""
        self.left -= 1
        return self.left >= 0


def simplify(condition: Condition, id_: str, values: Values) -> Condition | bool:
    """The condition once `id_` is known to have these values: what remains of it, or its outcome."""
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


def satisfiable(conditions: Iterable[Condition], domains: Domains, budget: Budget) -> bool:
    """Whether all of these can hold at once, as far as the domains tell."""
    wanted = list(conditions)
    # "Not always": the negation of an empty And names nothing and never holds.
    if any(not ids(condition) and not decide(condition, lambda _: ()) for condition in wanted):
        return False
    id_ = next((id_ for condition in wanted for id_ in sorted(ids(condition)) if id_ in domains), None)
    if id_ is None:
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
            others = {other: domains[other] for other in domains if other != id_}
            if satisfiable(remaining, others, budget):
                return True
    return False


def longest(questions: Sequence[Condition | bool], domains: Domains, budget: Budget) -> int:
    """How many of the questions, each given as the condition on which it is asked, one person can meet."""
    always = sum(question is True for question in questions)
    open_questions = [question for question in questions if not isinstance(question, bool)]
    return always + sum(_longest_of(part, domains, budget) for part in _independent(open_questions, domains))


def _longest_of(questions: list[Condition], domains: Domains, budget: Budget) -> int:
    """The same for questions that depend on one another: try the id that decides over most of them."""
    counts: dict[str, int] = {}
    for question in questions:
        for id_ in ids(question):
            if id_ in domains:
                counts[id_] = counts.get(id_, 0) + 1
    if not counts:
        return len(questions)
    id_ = max(sorted(counts), key=lambda name: counts[name])
    others = {other: domains[other] for other in domains if other != id_}
    best = 0
    for values in domains[id_]:
        remaining: list[Condition | bool] = []
        for question in questions:
            if not budget.spend():
                return len(questions)
            remaining.append(simplify(question, id_, values))
        best = max(best, longest(remaining, others, budget))
        if best == len(questions):
            break
    return best


def _independent(questions: list[Condition], domains: Domains) -> list[list[Condition]]:
    """The questions in parts that share no id with a domain."""
    part_of: dict[str, list[Condition]] = {}
    for question in questions:
        mine: list[Condition] = [question]
        shared = [id_ for id_ in ids(question) if id_ in domains]
        merged = {id(part_of[id_]): part_of[id_] for id_ in shared if id_ in part_of}
        for part in merged.values():
            mine.extend(part)
        for id_ in {*shared, *(id_ for part in mine for id_ in ids(part) if id_ in domains)}:
            part_of[id_] = mine
    unknown = [[question] for question in questions if not any(id_ in domains for id_ in ids(question))]
    return unknown + list({id(part): part for part in part_of.values()}.values())
