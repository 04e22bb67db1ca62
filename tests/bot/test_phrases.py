"""The bot's own sentences keep its tone."""

import ast
import re
from pathlib import Path

import pytest

import bot.phrases

FOLDER = Path(bot.phrases.__file__).parent
SOURCES = (FOLDER / "phrases.py", FOLDER / "liaison_phrases.py")
SENTENCES = [
    node.value
    for source in SOURCES
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant)
    and isinstance(node.value, str)
    and re.search("[\u4e00-\u9fff]", node.value)
]


@pytest.mark.parametrize(
    "word", ["已收到", "请知悉", "好评", "支持我们", "满意请", "尊敬", "系统", "!", "亲爱"]
)
def test_no_sentence_uses(word: str) -> None:
    assert [sentence for sentence in SENTENCES if word in sentence] == []


def test_nobody_is_shouted_at() -> None:
    assert [sentence for sentence in SENTENCES if "！" in sentence] == []


def test_people_are_addressed_politely() -> None:
    assert [sentence for sentence in SENTENCES if "你" in sentence] == []


def test_no_chinese_words_stand_in_the_renderers() -> None:
    # Every sentence lives in phrases; the renderers only place them. Punctuation is theirs.
    folder = Path(bot.phrases.__file__).parent
    for path in [folder / "render.py", *(folder / "rendering").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert not re.search("[\u4e00-\u9fff]", node.value), f"{path.name}:{node.lineno}"
