"""`check_questionnaire`: every text of a questionnaire that somebody reads or hears, its scales, its ways."""

from collections.abc import Iterator
from dataclasses import replace

from core.coaching.check import check_text
from core.coaching.findings import Finding
from core.coaching.scale_rules import OPTION_RULES, PATH_RULES
from core.questionnaires.model import Multi, Option, Question, Questionnaire, Single, walk


def check_questionnaire(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """What steers in a questionnaire. `line` is the question's line in its file, 0 outside of questions."""
    return tuple(_findings(questionnaire))


def _findings(questionnaire: Questionnaire) -> Iterator[Finding]:
    for place, text in _own_texts(questionnaire):
        yield from _without_line(check_text(text, place))
    for scale in questionnaire.scales.values():
        yield from _option_findings(scale.options, f"量表 {scale.name} ", 0)
    for question in walk(questionnaire.questions):
        for place, text in _question_texts(question):
            yield from (replace(each, line=question.line) for each in check_text(text, place))
        if isinstance(question, Single):
            yield from _option_findings(question.options, f"{question.id} ", question.line)
        elif isinstance(question, Multi):
            yield from _label_findings(question.options, f"{question.id} ", question.line)
    for rule in PATH_RULES:
        for question, words in rule.check(questionnaire.questions):
            yield Finding(rule.id, question.id, words, rule.reason, question.line)


def _own_texts(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    """Where and what, for the texts around the questions."""
    consent = questionnaire.consent
    yield "问卷名称", questionnaire.title
    yield "开头的话", questionnaire.intro
    yield "对象说明", questionnaire.audience.describe
    yield "同意说明", consent.text
    yield "同意的按钮", consent.agree
    yield "不同意的按钮", consent.decline
    if consent.note:
        yield "同意时的话务员提示", consent.note
    yield "结束的话", questionnaire.thanks
    yield "截止以后的话", questionnaire.closed


def _question_texts(question: Question) -> Iterator[tuple[str, str]]:
    """The same for one question."""
    interviewer = question.interviewer
    texts = {
        "题目": question.title,
        "说明": question.help,
        "读出的话": interviewer.say if interviewer else None,
        "话务员提示": interviewer.note if interviewer else None,
    }
    for name, text in texts.items():
        if text:
            yield f"{question.id} 的{name}", text


def _option_findings(options: tuple[Option, ...], whose: str, line: int) -> Iterator[Finding]:
    """A list to choose one from: its labels one by one, then all of them together."""
    yield from _label_findings(options, whose, line)
    for rule in OPTION_RULES:
        for words in rule.check(options):
            yield Finding(rule.id, f"{whose}的选项", words, rule.reason, line)


def _label_findings(options: tuple[Option, ...], whose: str, line: int) -> Iterator[Finding]:
    for option in options:
        for each in check_text(option.label, f"{whose}的选项"):
            yield replace(each, line=line)


def _without_line(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    # A line inside the text says nothing of the file it stands in.
    return (replace(each, line=0) for each in findings)
