"""What we ship does not steer: questionnaires, everything the bot says, and what stands on paper."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
import qrcodes
from core.coaching.check import check_text
from core.coaching.questionnaire import check_questionnaire
from core.questionnaires.reader import load_text
from tests.paths import QUESTIONNAIRES

SHIPPED = sorted(QUESTIONNAIRES.glob("*.yaml"))
SOURCES = sorted(
    path for package in (bot, qrcodes) for path in Path(str(package.__file__)).parent.rglob("*.py")
)


def chinese_words(source: str) -> Iterator[tuple[int, str]]:
    """Every string with Chinese in it, and its line; f-strings in their parts."""
    for node in ast.walk(ast.parse(source)):
        words = node.value if isinstance(node, ast.Constant) else None
        if isinstance(node, ast.Constant) and isinstance(words, str) and re.search("[\u4e00-\u9fff]", words):
            yield node.lineno, words


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_questionnaires_pass(path: Path) -> None:
    assert check_questionnaire(load_text(path.read_bytes(), path.name)) == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_they_pass_as_plain_text_too(path: Path) -> None:
    assert check_text(path.read_text("utf-8"), path.name) == ()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_sentence_of_the_bot_or_on_paper_steers(path: Path) -> None:
    for line, words in chinese_words(path.read_text("utf-8")):
        assert check_text(words, f"{path.name}:{line}") == ()


def test_the_bots_sentences_were_really_looked_at() -> None:
    phrases = Path(str(bot.__file__)).parent / "phrases.py"

    assert len(list(chinese_words(phrases.read_text("utf-8")))) > 100
