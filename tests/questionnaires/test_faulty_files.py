"""
Each fault the linter knows, in a file of its own under `faulty/`.

A file is called after the rule it breaks, with `__variant` behind where there are several, and its first line
says what must be found: `# expect 12: 分值` is line 12 and a part of the sentence. Nothing else may be found.
The questionnaire's id is `faulty` everywhere, so the linter is told that file name.
"""

import re
from pathlib import Path

import pytest

from core.questionnaires.lint import ERRORS, lint
from core.questionnaires.tree import MAX_FILE_BYTES, READING_RULES

FAULTY = sorted((Path(__file__).parent / "faulty").glob("*.yaml"))
FILENAME = "faulty.yaml"

# A file over the limit is made below; a megabyte need not lie in the repository.
MADE_ELSEWHERE = {"p01_too_large"}


def rule_of(path: Path) -> str:
    return path.stem.split("__")[0]


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_exactly_the_expected_fault_is_found(path: Path) -> None:
    content = path.read_bytes()
    expected = re.match(r"# expect ([0-9]+): (.+)", content.splitlines()[0].decode())
    assert expected is not None, "the first line must say what to expect"

    report = lint(content, FILENAME)

    assert [(fault.line, fault.rule) for fault in report.errors] == [(int(expected[1]), rule_of(path))]
    assert expected[2] in report.errors[0].message
    assert report.questionnaire is None


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_reads_as_file_line_and_one_short_chinese_sentence(path: Path) -> None:
    fault = lint(path.read_bytes(), FILENAME).errors[0]

    assert str(fault) == f"{FILENAME}:{fault.line}: {fault.message}"
    assert fault.message.isprintable()
    assert re.search("[一-鿿]", fault.message)
    assert len(fault.message) <= 250


def test_every_rule_has_a_faulty_file() -> None:
    rules = {*READING_RULES, *ERRORS}

    assert {rule_of(path) for path in FAULTY} == rules - MADE_ELSEWHERE


def test_every_paragraph_of_the_format_has_faulty_files() -> None:
    paragraphs = {path.stem[:3] for path in FAULTY}

    assert paragraphs == {f"p{number:02}" for number in range(1, 18)}


def test_several_faults_are_all_found_and_sorted_by_line() -> None:
    words = {
        "p05_score_out_of_range": "score: 101",
        "p16_consent_labels_alike": "decline: 愿意",
        "p17_unreachable": "show_if: answered(words) and not answered(words)",
    }
    text = f"""\
format: 1
id: faulty
version: 1
title: 试题
intro: 您好。
audience: {{who: residents, describe: 居民, channels: [wechat]}}
subject: none
consent: {{text: 自愿参加。, agree: 愿意, {words["p16_consent_labels_alike"]}}}
one_response: {{per: [account], period: survey, on_repeat: refuse}}
dimensions: {{life: 生活}}
scales:
  grade:
    options:
      - {{code: s1, label: 好, {words["p05_score_out_of_range"]}}}
      - {{code: s0, label: 差, score: 0}}
questions:
  - {{id: words, type: text, title: 您想说什么？, max_length: 20}}
  - {{id: life, type: scale, scale: grade, dimension: life, title: 好吗？,
     {words["p17_unreachable"]}}}
thanks: 谢谢。
closed: 已经结束。
"""

    report = lint(text, FILENAME)

    assert [(fault.line, fault.rule) for fault in report.errors] == [
        (8, "p16_consent_labels_alike"),
        (14, "p05_score_out_of_range"),
        (19, "p17_unreachable"),
    ]


def test_a_file_over_the_limit_is_answered_with_one_sentence() -> None:
    report = lint(b"#" * (MAX_FILE_BYTES + 1), FILENAME)

    assert [fault.rule for fault in report.errors] == ["p01_too_large"]
