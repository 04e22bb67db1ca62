"""Checking a file: a questionnaire (`.yaml`) or a plain text, with the line of each finding."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from core.coaching.check import check_text
from core.coaching.findings import Finding
from core.coaching.overrides import text_hash
from core.coaching.questionnaire import check_questionnaire
from core.errors import BadInput, Fault
from core.questionnaires.reader import load_text

YAML_SUFFIXES = (".yaml", ".yml")
# Windows' Notepad writes either, depending on its version and the office's settings.
ENCODINGS = ("utf-8-sig", "gb18030")
MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What steers in a file, and the hash an override of it would be for."""

    content_hash: str
    findings: tuple[Finding, ...]


def check_file(content: bytes, filename: str) -> CheckedFile:
    """
    Look through a file's bytes.

    BadInput when a questionnaire has faults of its own, or when a text cannot be read.
    """
    if len(content) > MAX_FILE_BYTES:
        raise BadInput([Fault(filename, f"文件太大，最多{MAX_FILE_BYTES // 1000}KB")])
    if PurePath(filename).suffix.lower() not in YAML_SUFFIXES:
        text = _decoded(content, filename)
        return CheckedFile(text_hash(text), check_text(text, PurePath(filename).stem))
    questionnaire = load_text(content, filename)
    lines = _decoded(content, filename).split("\n")
    findings = tuple(_with_line(finding, lines) for finding in check_questionnaire(questionnaire))
    return CheckedFile(questionnaire.content_hash, findings)


def _with_line(finding: Finding, lines: list[str]) -> Finding:
    """
    The first line from the question on that has the words; the question's own if they are written otherwise.

    A questionnaire remembers where its questions begin, not where each text stands.
    """
    first = max(finding.line, 1)
    scale = re.match(r"量表 (\S+)", finding.place)
    for wanted in (re.escape(finding.words), rf"^\s+{re.escape(scale[1])}:" if scale else None):
        for number, line in enumerate(lines[first - 1 :], start=first):
            if wanted and re.search(wanted, line):
                return replace(finding, line=number)
    return replace(finding, line=first)


def _decoded(content: bytes, filename: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput([Fault(filename, "认不出文件的编码，请另存为UTF-8的文本文件")])
