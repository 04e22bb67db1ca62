"""Paragraph 17, and the warnings: what can be reached, and what is long or hard on people."""

from itertools import combinations, pairwise

from core.questionnaires.conditions import (
    SURROUNDINGS,
    And,
    Compare,
    Condition,
    Contains,
    Literals,
    Not,
    atoms,
)
from core.questionnaires.lint.draft import Draft, DraftQuestion
from core.questionnaires.lint.paths import Budget, Domains, Values, longest, satisfiable
from core.questionnaires.lint.references import SURROUNDING_VALUES, faulty_lines
from core.questionnaires.lint.shape import Findings

MAX_COMFORTABLE_QUESTIONS = 40
MAX_COMFORTABLE_TITLE_CHARS = 30
# 2 to the power of this many ways to answer a multi question; with more we do not try.
_MAX_MENTIONED_CODES = 4


def unreachable(draft: Draft) -> Findings:
    """A question no path leads to: its condition can never hold, or every option before it ends."""
    domains, unsound, budget = domains_of(draft), faulty_lines(draft), Budget()
    yield from _impossible(draft, domains, unsound, budget)
    yield from _after_the_end(draft, domains, unsound, budget)


def _impossible(draft: Draft, domains: Domains, unsound: frozenset[int], budget: Budget) -> Findings:
    told: set[int] = set()
    for question in draft.questions:
        if question.type == "note" or any(parent.position in told for parent in question.parents):
            continue
        if not satisfiable(_conditions(question, unsound), domains, budget):
            told.add(question.position)
            message = f"{question.name}永远问不到：show_if 的条件不可能成立，请改条件"
            yield question.node.line_of("show_if"), message


def _after_the_end(draft: Draft, domains: Domains, unsound: frozenset[int], budget: Budget) -> Findings:
    """The first question that all paths end before; naming the others too would only repeat it."""
    going_on: list[Condition] = []
    for question in draft.questions:
        conditions = _conditions(question, unsound)
        if (
            question.is_answerable
            and not satisfiable([*conditions, *going_on], domains, budget)
            and satisfiable(conditions, domains, budget)
        ):
            yield (
                question.line,
                f"{question.name}永远问不到：前面的题每个选项都会结束问卷，请至少留一项不结束",
            )
            return
        if _always_ends(question):
            going_on.append(Not(And(tuple(conditions))))


def _always_ends(question: DraftQuestion) -> bool:
    options = question.options
    return question.type == "single" and bool(options) and all("ends" in option for option in options)


def _conditions(question: DraftQuestion, unsound: frozenset[int]) -> list[Condition]:
    """What must hold for a question to be asked: its own condition and those around it, if sound."""
    return [
        one.condition
        for one in (*question.parents, question)
        if one.condition is not None and one.node.line_of("show_if") not in unsound
    ]


def domains_of(draft: Draft) -> dict[str, list[Values]]:
    """For each id that a condition names, the values worth trying; codes that end the path are left out."""
    mentioned: dict[str, list[Literals]] = {}
    for question in draft.questions:
        for atom in atoms(question.condition) if question.condition is not None else ():
            literals = mentioned.setdefault(atom.id, [])
            if isinstance(atom, Compare):
                literals.append(atom.literal)
            elif isinstance(atom, Contains):
                literals.extend(atom.literals)
    domains: dict[str, list[Values]] = {}
    for id_, literals in mentioned.items():
        domain = _domain(draft, id_, list(dict.fromkeys(literals)))
        if domain is not None:
            domains[id_] = domain
    return domains


def _domain(draft: Draft, id_: str, mentioned: list[Literals]) -> list[Values] | None:
    if id_ in SURROUNDINGS:
        return [(value,) for value in _surrounding(draft, id_)] or None
    question = draft.by_id.get(id_)
    if question is None:
        return None
    match question.type:
        case "single" | "scale":
            return _choice_domain(question, mentioned)
        case "multi":
            return _multi_domain(question, mentioned)
        case "number":
            return _number_domain(question, mentioned)
        case "text":
            return [("",), ()]
        case "place":
            return [*((literal,) for literal in mentioned), ("elsewhere",), ()]
        case _:
            return None


def _surrounding(draft: Draft, id_: str) -> tuple[str, ...]:
    if id_ == "channel":
        return draft.channels
    if id_ == "subject.kind":
        known = {"place": ("place",), "unit": ("unit",), "place_or_unit": ("place", "unit")}
        return known.get(draft.subject or "", SURROUNDING_VALUES[id_])
    return SURROUNDING_VALUES[id_]


def _choice_domain(question: DraftQuestion, mentioned: list[Literals]) -> list[Values] | None:
    """One value for each code mentioned, one for all the others, and none."""
    going_on = [option.text("code") for option in question.options if "ends" not in option]
    if not question.options:
        return None
    named = [code for code in going_on if code in mentioned]
    others = [code for code in going_on if code not in mentioned][:1]
    return [*((code,) for code in (*named, *others) if code is not None), ()]


def _multi_domain(question: DraftQuestion, mentioned: list[Literals]) -> list[Values] | None:
    codes = [code for code in question.codes if code in mentioned]
    if not codes or len(codes) > _MAX_MENTIONED_CODES:
        return None
    most = question.node.whole("max_choices") or len(codes)
    sets: list[Values] = [
        chosen for size in range(len(codes), 0, -1) if size <= most for chosen in combinations(codes, size)
    ]
    others = [code for code in question.codes if code not in mentioned][:1]
    return [*sets, *((code,) for code in others), ()]


def _number_domain(question: DraftQuestion, mentioned: list[Literals]) -> list[Values] | None:
    """Every number named, one between any two of them, and one beyond either end, within min and max."""
    low, high = question.node.number("min"), question.node.number("max")
    if low is not None and high is not None and low > high:
        return None
    ends = [end for end in (low, high) if end is not None]
    points = sorted({*(number for number in mentioned if not isinstance(number, str)), *ends})
    if not points:
        return None
    between = [(one + two) / 2 for one, two in pairwise(points)]
    candidates = [points[0] - 1, *points, *between, points[-1] + 1]
    possible = [
        number for number in candidates if (low is None or number >= low) and (high is None or number <= high)
    ]
    return [*((number,) for number in possible), ()]


def too_many_questions(draft: Draft) -> Findings:
    """More than people finish. A repeat's questions are counted once."""
    unsound = faulty_lines(draft)
    wanted: list[Condition | bool] = []
    for question in draft.questions:
        if question.is_answerable:
            conditions = _conditions(question, unsound)
            wanted.append(And(tuple(conditions)) if conditions else True)
    if len(wanted) <= MAX_COMFORTABLE_QUESTIONS:
        return
    count = longest(wanted, domains_of(draft), Budget())
    if count > MAX_COMFORTABLE_QUESTIONS:
        message = f"最长要答{count}题，超过{MAX_COMFORTABLE_QUESTIONS}题很多人答不完，请尽量减少"
        yield draft.root.line_of("questions"), message


def long_title(draft: Draft) -> Findings:
    """A title that breaks into many lines on a telephone."""
    for visit in draft.visits:
        title = visit.node.text("title")
        if "title" in visit.table and title is not None and len(title) > MAX_COMFORTABLE_TITLE_CHARS:
            message = f"标题有{len(title)}个字，超过{MAX_COMFORTABLE_TITLE_CHARS}个不好念，请尽量改短"
            yield visit.node.line_of("title"), message


def required_text(draft: Draft) -> Findings:
    """People without words leave here."""
    for question in draft.questions:
        if question.type == "text" and question.node.flag("required"):
            yield question.node.line_of("required"), "文字题必答，很多人会答不下去，请尽量改成可不填"
