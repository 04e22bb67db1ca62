"""Paragraph 7: what `show_if` may name, and with what it may be compared."""

from collections.abc import Iterator

from core.questionnaires.conditions import (
    SURROUNDINGS,
    Answered,
    Compare,
    Contains,
    Literals,
    atoms,
)
from core.questionnaires.lint import keys
from core.questionnaires.lint.draft import Draft, DraftQuestion
from core.questionnaires.lint.shape import Findings
from core.questionnaires.nodes import shown

Atom = Compare | Contains | Answered

# The values of what surrounds a conversation.
SURROUNDING_VALUES: dict[str, tuple[str, ...]] = {
    "subject.kind": ("place", "unit", "none"),
    "source.kind": ("place", "unit", "none"),
    "channel": keys.CHANNELS,
}
_NO_ANSWER = ("note", "group", "repeat")


def syntax(draft: Draft) -> Findings:
    """Not a condition at all."""
    for question in draft.questions:
        if question.condition_error is not None:
            yield _line(question), str(question.condition_error)


def unknown_id(draft: Draft) -> Findings:
    """Names nothing there is."""
    for question, atom in _atoms(draft):
        if atom.id not in draft.by_id and atom.id not in SURROUNDINGS:
            yield _line(question), f"show_if 里的“{shown(atom.id)}”不是题目id，请改正"


def own_id(draft: Draft) -> Findings:
    """A question that waits for itself."""
    for question, atom in _atoms(draft):
        if question.id == atom.id and draft.by_id[atom.id] is question:
            yield _line(question), f"show_if 不能用这道题自己的id“{shown(atom.id)}”，请换成前面的题目"


def later_id(draft: Draft) -> Findings:
    """Asks about an answer that cannot have been given yet."""
    for question, atom in _atoms(draft):
        target = draft.by_id.get(atom.id)
        if target is not None and target.position > question.position:
            yield _line(question), f"show_if 里的“{shown(atom.id)}”在这道题后面，请换成前面的题目，或调整顺序"


def in_another_repeat(draft: Draft) -> Findings:
    """Which round's answer would it be?"""
    for question, atom, target in _targets(draft):
        if target.repeat is not None and target.repeat is not question.repeat:
            yield _line(question), f"show_if 里的“{shown(atom.id)}”在另一组重复题里，请换成组外的题目"


def takes_no_answer(draft: Draft) -> Findings:
    """A note, a group or a repeat has no answer to compare."""
    for question, atom, target in _targets(draft):
        if target.type in _NO_ANSWER:
            yield _line(question), f"show_if 里的“{shown(atom.id)}”是说明或分组，没有答案，请换成一道题"


def text_compared(draft: Draft) -> Findings:
    """Words are not compared; one can only ask whether there are any."""
    for question, atom, target in _targets(draft):
        if target.type == "text" and not isinstance(atom, Answered):
            yield _line(question), f"“{shown(atom.id)}”是文字题，不能比较，请写 answered({atom.id})"


def unknown_code(draft: Draft) -> Findings:
    """A value the question, or what is named, can never have."""
    for question, atom in _atoms(draft):
        target = draft.by_id.get(atom.id)
        for literal in _literals(atom):
            problem = _surrounding_problem(atom, literal)
            if target is not None and target.position < question.position:
                problem = _value_problem(target, atom, literal)
            if problem is not None:
                yield _line(question), problem


def order_on_non_number(draft: Draft) -> Findings:
    """Only numbers are greater or less."""
    for question, atom in _atoms(draft):
        target = draft.by_id.get(atom.id)
        orders = isinstance(atom, Compare) and atom.operator not in ("==", "!=")
        known = target.type if target is not None else atom.id in SURROUNDINGS
        # A text, note or group has been told off above.
        if orders and known and known not in ("number", "text", *_NO_ANSWER):
            yield _line(question), f"“{shown(atom.id)}”不是数字题，不能比大小，请用 ==、!= 或 in"


def faulty_lines(draft: Draft) -> frozenset[int]:
    """The lines of conditions that break one of the rules above, about which nothing more can be said."""
    rules = (
        syntax,
        unknown_id,
        own_id,
        later_id,
        in_another_repeat,
        takes_no_answer,
        text_compared,
        unknown_code,
        order_on_non_number,
    )
    return frozenset(line for rule in rules for line, _ in rule(draft))


def _surrounding_problem(atom: Atom, literal: Literals) -> str | None:
    values = SURROUNDING_VALUES.get(atom.id)
    if values is None or literal in values:
        return None
    return f"“{shown(atom.id)}”不会是“{_shown(literal)}”，只会是：{'、'.join(values)}"


def _value_problem(target: DraftQuestion, atom: Atom, literal: Literals) -> str | None:
    if target.type == "number" and isinstance(literal, str):
        return f"“{shown(atom.id)}”是数字题，请写不带引号的数字，不要写“{shown(literal)}”"
    if target.type == "place" and not isinstance(literal, str):
        return f"“{shown(atom.id)}”是地点题，请把地点代码加上单引号"
    if target.type not in keys.CHOICE_TYPES or literal in target.codes:
        return None
    # With a scale that does not exist there are no codes to know.
    if target.type == "scale" and not target.options:
        return None
    if isinstance(atom, Compare) and atom.operator not in ("==", "!="):
        return None
    return (
        f"题目“{shown(atom.id)}”没有“{_shown(literal)}”这个选项代码，请改成：{'、'.join(target.codes[:20])}"
    )


def _literals(atom: Atom) -> tuple[Literals, ...]:
    match atom:
        case Compare():
            return (atom.literal,)
        case Contains():
            return atom.literals
        case Answered():
            return ()


def _shown(literal: Literals) -> str:
    return shown(literal) if isinstance(literal, str) else f"{literal:g}"


def _atoms(draft: Draft) -> Iterator[tuple[DraftQuestion, Atom]]:
    for question in draft.questions:
        if question.condition is not None:
            for atom in atoms(question.condition):
                yield question, atom


def _targets(draft: Draft) -> Iterator[tuple[DraftQuestion, Atom, DraftQuestion]]:
    """Comparisons with an earlier question; the others have a fault of their own."""
    for question, atom in _atoms(draft):
        target = draft.by_id.get(atom.id)
        if target is not None and target.position < question.position:
            yield question, atom, target


def _line(question: DraftQuestion) -> int:
    return question.node.line_of("show_if")
