"""`check_text`: does a text that goes out to the public push its readers towards an answer?"""

from core.coaching.findings import Finding
from core.coaching.flatten import flatten
from core.coaching.rules import RULES


def check_text(text: str, place: str) -> tuple[Finding, ...]:
    """
    What steers in a text, in the order of its lines; at most one finding a rule and line.

    `place` is where the text stands, in the office's words (海报, 问候); it is only repeated in the findings.
    """
    flat = flatten(text)
    found: dict[tuple[int, str], Finding] = {}
    for rule in RULES:
        for start, end in rule.check(flat):
            line = flat.line(start)
            finding = Finding(rule.id, place, flat.words(start, end).strip(), rule.reason, line)
            found.setdefault((line, rule.id), finding)
    return tuple(found[key] for key in sorted(found, key=lambda key: key[0]))
