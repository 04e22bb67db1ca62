"""Whatever is in a file, the linter answers: soon, and with sentences instead of tracebacks."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.questionnaires.lint import lint
from core.questionnaires.reader import load_text
from core.questionnaires.tree import MAX_FILE_BYTES
from tests.questionnaires.test_reading_and_writing import MINIMAL, RESIDENTS

FILENAME = "minimal.yaml"
# Far more than any of these takes; a shared machine may be slow.
SECONDS = 20.0


def rules_within_time(content: bytes | str) -> list[str]:
    started = time.process_time()
    report = lint(content, FILENAME)
    assert time.process_time() - started < SECONDS
    assert report.questionnaire is None
    return [fault.rule for fault in report.errors]


def with_questions(questions: str) -> str:
    return re.sub(r"(?s)questions:\n.*(?=thanks:)", f"questions:\n{questions}", MINIMAL)


def test_two_megabytes_are_refused_at_once() -> None:
    assert rules_within_time("questions:\n" + "  - {id: a}\n" * 170_000) == ["p01_too_large"]


def test_two_megabytes_of_chinese_given_as_text_are_counted_in_bytes() -> None:
    assert rules_within_time("问" * (MAX_FILE_BYTES // 3 + 1)) == ["p01_too_large"]


def test_billions_of_laughs_are_refused_before_they_are_expanded() -> None:
    lines = ["a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in ("ab", "bc", "cd", "de")
    ]

    rules = rules_within_time("\n".join(lines))

    assert "p01_anchor_or_alias" in rules


def test_an_alias_to_itself_is_refused() -> None:
    assert "p01_anchor_or_alias" in rules_within_time(MINIMAL + "more: &more [*more]\n")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "], ids=["lists", "maps", "dashes", "keys"])
def test_deep_nesting_is_refused(opening: str) -> None:
    rules = rules_within_time("a: " + opening * 5000 if opening in "[{a: " else opening * 5000)

    assert rules[0] in ("p01_too_deep", "p01_not_yaml")


def test_groups_may_lie_eighteen_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        lines = []
        for level in range(depth):
            pad = "    " * level + "  "
            lines += [
                f"{pad}- id: g{level}",
                f"{pad}  type: group",
                f"{pad}  title: 一组",
                f"{pad}  questions:",
            ]
        pad = "    " * depth + "  "
        return "\n".join([*lines, f"{pad}- {{id: q, type: number, title: 几个？}}"]) + "\n"

    assert lint(with_questions(nested(18)), FILENAME).errors == ()
    assert rules_within_time(with_questions(nested(19))) == ["p01_too_deep"]


def test_thousands_of_faults_are_all_told() -> None:
    rules = rules_within_time(with_questions("  - {id: 甲}\n" * 5000))

    assert rules.count("p01_bad_form") == 5000
    assert rules.count("p03_id_used_twice") == 4999


def test_a_text_of_a_megabyte_is_not_searched_through() -> None:
    letters = "a" * (MAX_FILE_BYTES - 2000)

    assert rules_within_time(MINIMAL.replace("您好。", letters)) == ["p15_too_long"]


def singles(count: int) -> str:
    options = ", ".join(f"{{code: a{number}, label: 第{number}}}" for number in range(6))
    return "".join(
        f"  - {{id: q{n}, type: single, title: 好吗？, options: [{options}]}}\n" for n in range(count)
    )


def test_conditions_that_depend_on_everything_do_not_make_the_linter_slow() -> None:
    questions = [singles(60)]
    for n in range(200):
        clauses = [f"(q{(n + k) % 60} == 'a{k % 6}' or q{(n * 7 + k) % 60} != 'a1')" for k in range(10)]
        both = " and ".join(clauses)
        condition = f"{both} and not ({both})"
        questions.append(f'  - {{id: t{n}, type: number, title: 几个？, show_if: "{condition}"}}\n')
    started = time.process_time()

    report = lint(with_questions("".join(questions)), FILENAME)

    assert time.process_time() - started < SECONDS
    # None of them can ever be asked. Some are found out; for the rest it gives up and says nothing.
    assert {fault.rule for fault in report.errors} <= {"p17_unreachable"}


def test_many_endings_on_many_conditions_do_not_exhaust_the_stack() -> None:
    ends = "[{code: a, label: 好, ends: refused}, {code: b, label: 差, ends: refused}]"
    questions = [singles(2000)]
    for n in range(25):
        condition = " or ".join(f"q{n * 80 + k}=='a1'" for k in range(60))
        questions.append(
            f'  - {{id: t{n}, type: single, title: 好？, show_if: "{condition}", options: {ends}}}\n'
        )
    questions.append("  - {id: last, type: number, title: 几个？}\n")
    started = time.process_time()

    report = lint(with_questions("".join(questions)), FILENAME)

    assert time.process_time() - started < SECONDS
    assert report.errors == ()


def test_words_of_a_file_do_not_break_the_line_of_a_message() -> None:
    report = lint(MINIMAL.replace("type: number", 'type: "a\\nb\\u202e\\e[31m"'), FILENAME)

    assert [fault.rule for fault in report.errors] == ["p01_not_among_choices"]
    assert report.errors[0].message.isprintable()


@given(st.one_of(st.text(), st.binary()))
@example("\ud800")
@example("%TAG ! tag:x\n---\n!a b")
@example("? \n")
@example("- - -\n  -")
@example("!<!> x")
@settings(max_examples=200, deadline=None)
def test_any_content_is_answered_and_never_raises_anything_but_bad_input(content: str | bytes) -> None:
    report = lint(content, FILENAME)

    assert (report.questionnaire is None) == bool(report.errors)
    assert list(report.errors) == sorted(report.errors, key=lambda fault: fault.line)
    with pytest.raises(BadInput) as caught:
        load_text(content, FILENAME)
    assert len(caught.value.faults) == len(report.errors) >= 1


_SCRAPS = ["[]", "{}", "~", "no", "1", "-1", "1.5", "''", "[a, b]", "{a: b}", "x", "'{subject.name}'", "[1]"]
_SCRAPS += ["*a", "!!int", "2021-01-01", "multi", "repeat", "group", "text", "-", "|", "units:x"]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_questionnaire_with_any_values_torn_out_is_still_answered(data: st.DataObject) -> None:
    lines = RESIDENTS.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key = lines[at].split(":")[0]
        scrap = data.draw(st.sampled_from(_SCRAPS))
        lines[at] = data.draw(st.sampled_from(["", f"{key}: {scrap}", f"{key}:", f"  {lines[at]}"]))

    report = lint("\n".join(lines), "residents-2021.yaml")

    assert (report.questionnaire is None) == bool(report.errors)
    assert all(fault.message.isprintable() and fault.line >= 1 for fault in report.errors)
