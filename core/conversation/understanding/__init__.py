"""
What typed words mean: options, numbers, places, commands. Pure, and strict where it matters.

A way of writing (full-width, traditional, circled, a letter) is forgiven; a shade of meaning is not:
words that merely contain a label, or deny it, are not that label.
"""

from collections.abc import Sequence

from core.conversation.understanding.commands import DESK_WORDS, command
from core.conversation.understanding.options import Lexicon, understand_option

__all__ = ["command_word", "understand_labels"]


def command_word(words: str) -> str:
    """Which of 重来 帮助 退出 人工 我的 删除我的数据 these words, alone, mean; '' when none."""
    word = command(words)
    return word if word is not None and word in DESK_WORDS else ""


def understand_labels(words: str, labels: Sequence[str]) -> int | None:
    """Which of a few labels is meant, by number or words, counted from 0; None when unclear."""
    return understand_option(words, Lexicon.of(labels))
