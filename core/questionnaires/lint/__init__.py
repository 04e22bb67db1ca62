"""
The linter: every fault of a questionnaire's file, each with its line and a sentence that says what to do.

`registry` is the list of rules; `keys` the format's tables; `draft` what the rules look at; the other modules
hold the rules, one module for a few paragraphs of the format page. Pure: text in, report out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.questionnaires.build import build
from core.questionnaires.lint.draft import Draft
from core.questionnaires.lint.registry import ERRORS, WARNINGS, Rule
from core.questionnaires.lint.report import LintFault, LintReport
from core.questionnaires.nodes import MapNode
from core.questionnaires.tree import read_tree
from core.questionnaires.writer import content_hash

__all__ = ["ERRORS", "WARNINGS", "LintFault", "LintReport", "judge", "lint"]


def lint(text: bytes | str, filename: str) -> LintReport:
    """
    Judge a file's bytes or text. Never raises for what is in it.

    `filename`, folders or not, is named in the faults and must be the questionnaire's id with `.yaml`.
    """
    tree = read_tree(text)
    faults = [LintFault(filename, fault.line, fault.message, fault.rule) for fault in tree.faults]
    return judge(tree.root, filename, faults)


def judge(root: MapNode | None, filename: str, faults: Iterable[LintFault] = ()) -> LintReport:
    """Judge a tree, wherever it was read from; `faults` were found while reading it."""
    errors = list(faults)
    if root is None:
        return LintReport(_sorted(errors), (), None)
    draft = Draft(root, filename)
    errors += _found(ERRORS, draft)
    warnings = _sorted(_found(WARNINGS, draft))
    if errors:
        return LintReport(_sorted(errors), warnings, None)
    questionnaire = build(root)
    questionnaire = replace(questionnaire, content_hash=content_hash(questionnaire))
    return LintReport((), warnings, questionnaire)


def _found(rules: Mapping[str, Rule], draft: Draft) -> list[LintFault]:
    return [
        LintFault(draft.filename, line, message, name)
        for name, rule in rules.items()
        for line, message in rule(draft)
    ]


def _sorted(faults: list[LintFault]) -> tuple[LintFault, ...]:
    # The sort is stable: on one line the faults stay in the order of the paragraphs.
    return tuple(sorted(faults, key=lambda fault: fault.line))
