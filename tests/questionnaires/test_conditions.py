"""`show_if`: what the grammar takes, what a condition decides, and that nothing is lost in writing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questionnaires.conditions import (
    MAX_CONDITION_CHARS,
    And,
    Answered,
    Compare,
    Condition,
    ConditionError,
    Contains,
    Literals,
    Not,
    Or,
    atoms,
    decide,
    ids,
    parse,
    unparse,
)
from tests.questionnaires.strategies import conditions

ANSWERS: dict[str, tuple[Literals, ...]] = {
    "gov": ("s1",),
    "why": ("slow", "listen"),
    "age": (30,),
    "height": (1.75,),
    "zero": (0,),
    "subject.kind": ("place",),
    "channel": ("wechat",),
}


def holds(text: str) -> bool:
    return decide(parse(text), lambda id_: ANSWERS.get(id_, ()))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("gov == 's1'", Compare("gov", "==", "s1")),
        ("gov in ['s1', 's2']", Contains("gov", ("s1", "s2"))),
        ("gov not in ['s1']", Contains("gov", ("s1",), negated=True)),
        ("answered(gov)", Answered("gov")),
        ("not gov == 's1'", Not(Compare("gov", "==", "s1"))),
        ("age >= -1.5", Compare("age", ">=", -1.5)),
        (
            "a == 1 or b == 2 and c == 3",
            Or((Compare("a", "==", 1), And((Compare("b", "==", 2), Compare("c", "==", 3))))),
        ),
        (
            "(a == 1 or b == 2) and c == 3",
            And((Or((Compare("a", "==", 1), Compare("b", "==", 2))), Compare("c", "==", 3))),
        ),
        (
            "not a == 1 and b == 2",
            And((Not(Compare("a", "==", 1)), Compare("b", "==", 2))),
        ),
        ("subject.kind=='unit'", Compare("subject.kind", "==", "unit")),
        ("  notes  in  [ 1 , 'x' ]  ", Contains("notes", (1, "x"))),
    ],
)
def test_a_condition_is_read_by_the_grammar(text: str, tree: Condition) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("   ", 1),
        ("gov", 4),
        ("gov = 's1'", 5),
        ('gov == "s1"', 8),
        ("gov == s1", 8),
        ("gov == 's1", 8),
        ("gov == 3x", 8),
        ("gov == 1e5", 8),
        ("gov in 's1'", 8),
        ("gov in []", 9),
        ("gov in ['s1',]", 14),
        ("gov not 's1'", 9),
        ("not not gov == 's1'", 5),
        ("(gov == 's1'", 13),
        ("gov == 's1')", 12),
        ("gov == 's1' gov == 's2'", 13),
        ("and gov == 's1'", 1),
        ("answered gov", 10),
        ("answered(not)", 10),
        ("'s1' == gov", 1),
        ("Gov == 's1'", 1),
        ("gov == 's1' && age > 1", 13),
        ("gov == 1234567890123456", 8),
        ("(" * 31 + "gov == 's1'" + ")" * 31, 31),
        ("gov == 's1' or " * 200, MAX_CONDITION_CHARS + 1),
    ],
)
def test_a_mistake_is_named_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)

    assert caught.value.column == column
    assert f"第{column}个字符" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "gov == 's1'",
        "gov != 's2'",
        "gov in ['s1', 's2']",
        "gov not in ['s2', 's3']",
        "why == 'slow'",
        "why in ['other', 'listen']",
        "why != 'other'",
        "why not in ['other']",
        "age == 30",
        "age >= 30 and age <= 30",
        "age > 29.5 and age < 30.5",
        "height == 1.75",
        "answered(zero) and zero == 0 and zero < 1",
        "subject.kind == 'place' and channel in ['wechat', 'web']",
        "not answered(hidden)",
        "not (hidden == 'x')",
        "not hidden in ['x']",
        "not hidden != 'x'",
        "gov == 's2' or gov == 's1' and not why == 'other'",
    ],
)
def test_what_holds(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "hidden == 'x'",
        "hidden != 'x'",
        "hidden in ['x']",
        "hidden not in ['x']",
        "hidden < 5",
        "hidden >= 5",
        "answered(hidden)",
        "gov == 's2'",
        "gov != 's1'",
        "gov not in ['s1']",
        "why != 'slow'",
        "why not in ['slow', 'other']",
        "age < 30 or age > 30",
        # Codes have no order; the linter refuses the comparison, and nobody is asked because of it.
        "gov < 's9'",
        "gov > 0",
        "not (gov == 's1')",
    ],
)
def test_what_does_not_hold(text: str) -> None:
    assert not holds(text)


def test_a_condition_tells_which_ids_it_names() -> None:
    condition = parse("gov == 's1' and (not answered(why) or channel in ['web'])")

    assert ids(condition) == {"gov", "why", "channel"}
    assert [atom.id for atom in atoms(condition)] == ["gov", "why", "channel"]


@given(conditions())
def test_a_condition_written_and_read_again_is_the_same(condition: Condition) -> None:
    assert parse(unparse(condition)) == condition


@given(st.text("gov andornti('\"s1)[],=!<>.5-\\\n", max_size=40))
def test_any_text_is_read_or_refused_with_a_column_in_it(text: str) -> None:
    try:
        condition = parse(text)
    except ConditionError as error:
        column = error.column
    else:
        column = 1
        assert parse(unparse(condition)) == condition

    assert 1 <= column <= len(text) + 1
