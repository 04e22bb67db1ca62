"""What the linter only advises against, and how it finds the longest path."""

import re

import pytest

from core.questionnaires.lint import WARNINGS, lint
from core.questionnaires.lint.report import LintFault
from tests.questionnaires.test_reading_and_writing import MINIMAL


def warnings_of(questions: str, head: str = MINIMAL) -> list[LintFault]:
    text = re.sub(r"(?s)questions:\n.*(?=thanks:)", f"questions:\n{questions}", head)
    report = lint(text, "minimal.yaml")
    assert report.errors == ()
    assert report.questionnaire is not None
    return list(report.warnings)


def numbers(count: int, prefix: str, condition: str = "", pad: str = "  ") -> str:
    shown = f', show_if: "{condition}"' if condition else ""
    return "".join(
        f"{pad}- {{id: {prefix}{number}, type: number, title: 几个？{shown}}}\n" for number in range(count)
    )


ROLE = """\
  - id: role
    type: single
    title: 您是哪一种？
    options:
      - {code: farmer, label: 农民}
      - {code: worker, label: 工人}
      - {code: visitor, label: 外地人, ends: ineligible}
"""


def test_forty_questions_are_not_too_many() -> None:
    assert warnings_of(numbers(40, "q") + "  - {id: bye, type: note, title: 再见}\n") == []


def test_forty_one_questions_are_warned_of_with_their_count() -> None:
    found = warnings_of(numbers(41, "q"))

    assert [(fault.rule, fault.line) for fault in found] == [("w_too_many_questions", 10)]
    assert "41题" in found[0].message


def test_branches_that_exclude_one_another_are_not_added_up() -> None:
    branches = numbers(30, "f", "role == 'farmer'") + numbers(39, "w", "role == 'worker'")

    assert warnings_of(ROLE + branches) == []


def test_the_longer_branch_counts() -> None:
    branches = numbers(30, "f", "role == 'farmer'") + numbers(40, "w", "not role in ['farmer', 'visitor']")

    assert "41题" in warnings_of(ROLE + branches)[0].message


def test_a_branch_after_an_option_that_ends_does_not_count() -> None:
    # Refused as unreachable elsewhere; here only one way of an "or" ends.
    branches = numbers(30, "f", "role == 'farmer'") + numbers(
        30, "w", "role == 'visitor' or role == 'worker'"
    )

    assert warnings_of(ROLE + branches) == []


def test_follow_up_questions_that_can_all_be_asked_are_added_up() -> None:
    pairs = "".join(
        numbers(1, f"a{number}_") + numbers(1, f"why{number}_", f"a{number}_0 > 5") for number in range(21)
    )

    assert "42题" in warnings_of(pairs)[0].message


def test_kinds_of_subject_exclude_one_another() -> None:
    head = MINIMAL.replace("subject: none", "subject: place_or_unit")
    branches = numbers(40, "p", "subject.kind == 'place'") + numbers(40, "u", "subject.kind == 'unit'")

    assert warnings_of(branches, head) == []


def test_a_repeat_is_counted_for_one_round() -> None:
    repeat = """\
  - id: counties
    type: repeat
    over: places:county
    as: county
    title: 请评价{county.name}
    questions:
"""

    assert warnings_of(repeat + numbers(40, "q", pad="      ")) == []
    assert "41题" in warnings_of(repeat + numbers(41, "q", pad="      "))[0].message


@pytest.mark.parametrize(("chars", "rules"), [(30, []), (31, ["w_long_title"])])
def test_a_title_over_thirty_characters_is_warned_of(chars: int, rules: list[str]) -> None:
    found = warnings_of(f"  - id: q\n    type: number\n    title: {'题' * chars}\n")

    assert [fault.rule for fault in found] == rules
    assert all(fault.line == 13 for fault in found)


def test_a_required_text_is_warned_of() -> None:
    found = warnings_of(
        "  - id: q\n    type: text\n    title: 您想说什么？\n    max_length: 20\n    required: true\n"
    )

    assert [(fault.rule, fault.line) for fault in found] == [("w_required_text", 15)]


def test_these_are_all_the_warnings() -> None:
    assert list(WARNINGS) == ["w_too_many_questions", "w_long_title", "w_required_text"]


def test_warnings_are_given_beside_errors() -> None:
    report = lint(MINIMAL.replace("您几岁？", "题" * 31).replace("version: 1", "version: 0"), "minimal.yaml")

    assert [fault.rule for fault in report.errors] == ["p01_out_of_range"]
    assert [fault.rule for fault in report.warnings] == ["w_long_title"]
