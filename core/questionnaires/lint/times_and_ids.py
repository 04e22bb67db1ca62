"""Paragraphs 2 and 3: the default times of a round, and the ids of questions."""

from core.questionnaires.build import read_time
from core.questionnaires.lint.draft import Draft
from core.questionnaires.lint.shape import Findings

_TIME_KEYS = ("open", "close")
_EXAMPLE = '"2021-04-01T08:00:00+08:00"'
RESERVED_WORDS = frozenset({"and", "or", "not", "in", "answered", "subject", "source", "channel", "office"})


def not_a_time(draft: Draft) -> Findings:
    """Not ISO 8601, or no such day or hour."""
    for key in _TIME_KEYS:
        text = draft.root.text(key)
        if text is not None and read_time(text) is None:
            yield draft.root.line_of(key), f"“{key}”不是时间，请写成 {_EXAMPLE}"


def no_offset(draft: Draft) -> Findings:
    """A time that could mean several moments."""
    for key in _TIME_KEYS:
        time = read_time(draft.root.text(key))
        if time is not None and time.tzinfo is None:
            yield draft.root.line_of(key), f"“{key}”没有写时区，请在最后加上 +08:00"


def close_before_open(draft: Draft) -> Findings:
    """A round that would close before it opens."""
    opens, closes = (read_time(draft.root.text(key)) for key in _TIME_KEYS)
    if opens and closes and opens.tzinfo and closes.tzinfo and closes <= opens:
        yield draft.root.line_of("close"), "“close”要晚于“open”，请改正"


def id_used_twice(draft: Draft) -> Findings:
    """Ids are unique in the whole file, in groups and repeats too: answers are kept under them."""
    for question in draft.questions:
        if question.id is not None and draft.by_id[question.id] is not question:
            first = draft.by_id[question.id].line
            yield question.node.line_of("id"), f"题目id“{question.id}”在第{first}行已经用过，请换一个"


def reserved_word(draft: Draft) -> Findings:
    """A word that means something else in `show_if` or in braces."""
    for question in draft.questions:
        for key in ("id", "as"):
            word = question.node.text(key)
            if word in RESERVED_WORDS and (key == "id" or question.type == "repeat"):
                yield question.node.line_of(key), f"“{word}”是系统保留的词，不能用作“{key}”，请换一个"
