"""Paragraphs 8 to 11: what each type of question may ask for, and what groups and repeats hold."""

import re
import warnings
from collections.abc import Iterator

from core.questionnaires.lint import keys
from core.questionnaires.lint.draft import Draft, DraftQuestion
from core.questionnaires.lint.shape import Findings
from core.questionnaires.nodes import ListNode, shown

# Ours: longer ones are programs, and Python may take very long over them.
MAX_PATTERN_CHARS = 200


def _of_type(draft: Draft, type_: str) -> Iterator[DraftQuestion]:
    return (question for question in draft.questions if question.type == type_)


def required_and_personal(draft: Draft) -> Findings:
    """Nobody has to tell about themselves."""
    for question in draft.questions:
        if question.is_answerable and question.node.flag("required") and question.node.flag("personal"):
            yield question.node.line_of("required"), "关于个人的题（personal）不能必答，请删掉“required”"


def required_takes_no_answer(draft: Draft) -> Findings:
    """What takes no answer cannot be required."""
    for question in draft.questions:
        if question.type in ("note", "group", "repeat") and "required" in question.node:
            yield question.node.line_of("required"), "说明、分组和重复题没有答案，请删掉“required”"


def no_max_length(draft: Draft) -> Findings:
    """Every text has an end."""
    for question in _of_type(draft, "text"):
        if "max_length" not in question.node:
            yield question.line, f"{question.name}是文字题，请写上最多多少字，如 max_length: 300"


def text_min_over_max(draft: Draft) -> Findings:
    """No text could be long and short enough."""
    for question in _of_type(draft, "text"):
        low, high = question.node.whole("min_length"), question.node.whole("max_length")
        if low is not None and high is not None and low > high:
            yield question.node.line_of("min_length"), "“min_length”比“max_length”大，请改正"


def voice_without_seconds(draft: Draft) -> Findings:
    """How long may they speak?"""
    yield from _medium_without(draft, "voice", "max_voice_seconds", "语音", "最长多少秒")


def photo_without_count(draft: Draft) -> Findings:
    """How many may they send?"""
    yield from _medium_without(draft, "photo", "max_photos", "照片", "最多几张")


def _medium_without(draft: Draft, medium: str, key: str, called: str, wanted: str) -> Findings:
    for question in _of_type(draft, "text"):
        if medium in question.node.texts("allow") and key not in question.node:
            yield question.node.line_of("allow"), f"可以发{called}时要写上{wanted}（{key}）"


def media_without_wechat(draft: Draft) -> Findings:
    """Only WeChat brings voices and photos."""
    for question in _of_type(draft, "text"):
        media = {"voice", "photo"} & set(question.node.texts("allow"))
        if media and draft.channels and "wechat" not in draft.channels:
            yield (
                question.node.line_of("allow"),
                "只有微信能收语音和照片，请删掉，或在 channels 里加上 wechat",
            )


def pattern_not_a_pattern(draft: Draft) -> Findings:
    """Python cannot read it, or is not sure how."""
    for question, pattern in _patterns(draft):
        if len(pattern) > MAX_PATTERN_CHARS:
            message = f"“pattern”太长，最多{MAX_PATTERN_CHARS}个字符，请写简单些"
            yield question.node.line_of("pattern"), message
        elif not _compiles(pattern):
            yield question.node.line_of("pattern"), "“pattern”不是正确的正则表达式，请改正"


_ESCAPE_OR_CLASS = re.compile(r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")


def pattern_looks_around(draft: Draft) -> Findings:
    """Other programs that use the pattern do not know it."""
    for question, pattern in _patterns(draft):
        if _compiles(pattern) and _LOOK_AROUND.search(_ESCAPE_OR_CLASS.sub(" ", pattern)):
            yield question.node.line_of("pattern"), "“pattern”不能用 (?= (?! (?<= (?<!，请换一种写法"


def pattern_refers_back(draft: Draft) -> Findings:
    """It can take for ever, and other programs do not know it."""
    for question, pattern in _patterns(draft):
        if _compiles(pattern) and _BACK_REFERENCE.search(_ESCAPE_OR_CLASS.sub(" ", pattern)):
            yield question.node.line_of("pattern"), "“pattern”不能引用前面的括号（如 \\1），请换一种写法"


def _patterns(draft: Draft) -> Iterator[tuple[DraftQuestion, str]]:
    for question in _of_type(draft, "text"):
        pattern = question.node.text("pattern")
        if pattern is not None:
            yield question, pattern


def _compiles(pattern: str) -> bool:
    if len(pattern) > MAX_PATTERN_CHARS:
        return False
    with warnings.catch_warnings():
        # "[[a]" and the like: Python warns that it will read them otherwise one day.
        warnings.simplefilter("error")
        try:
            re.compile(pattern)
        except (re.error, Warning, OverflowError, RecursionError):
            return False
    return True


def number_min_over_max(draft: Draft) -> Findings:
    """No number would do."""
    for question in _of_type(draft, "number"):
        low, high = question.node.number("min"), question.node.number("max")
        if low is not None and high is not None and low > high:
            yield question.node.line_of("min"), "“min”比“max”大，请改正"


def choices_min_over_max(draft: Draft) -> Findings:
    """No choice would do."""
    for question in _of_type(draft, "multi"):
        low, high = question.node.whole("min_choices"), question.node.whole("max_choices")
        if low is not None and high is not None and low > high:
            yield question.node.line_of("min_choices"), "“min_choices”比“max_choices”大，请改正"


def choices_over_options(draft: Draft) -> Findings:
    """More to choose than there is."""
    for question in _of_type(draft, "multi"):
        count = len(question.node.items("options"))
        for key in ("min_choices", "max_choices"):
            wanted = question.node.whole(key)
            if count and wanted is not None and wanted > count:
                yield question.node.line_of(key), f"“{key}”是{wanted}，可是只有{count}个选项，请改正"
                break


def place_levels(draft: Draft) -> Findings:
    """The coarsest level that will do cannot be finer than the finest asked for."""
    for question in _of_type(draft, "place"):
        level, least = question.node.text("level"), question.node.text("min_level")
        if (
            level in keys.LEVELS
            and least in keys.LEVELS
            and keys.LEVELS.index(least) > keys.LEVELS.index(level)
        ):
            yield question.node.line_of("min_level"), "“min_level”比“level”还细，请改正"


def nested_repeat(draft: Draft) -> Findings:
    """A repeat inside a repeat."""
    for question in _of_type(draft, "repeat"):
        if question.repeat is not None:
            yield question.line, "重复题（repeat）里面不能再放重复题，请移到外面"


def empty_repeat(draft: Draft) -> Findings:
    """A repeat of nothing."""
    yield from _empty(draft, "repeat", "重复题")


def empty_group(draft: Draft) -> Findings:
    """A group of nothing."""
    yield from _empty(draft, "group", "分组")


def _empty(draft: Draft, type_: str, called: str) -> Findings:
    for question in _of_type(draft, type_):
        node = question.node.get("questions")
        if isinstance(node, ListNode) and not node.items:
            yield question.node.line_of("questions"), f"这个{called}里没有题目，请补上或删掉"


_OVERS = ("places:county", "places:township", "units", *(f"units:{name}" for name in keys.UNIT_CATEGORIES))


def unknown_over(draft: Draft) -> Findings:
    """Neither places nor units we know."""
    for question in _of_type(draft, "repeat"):
        over = question.node.text("over")
        if over is not None and over not in _OVERS:
            yield question.node.line_of("over"), f"“over”不能是“{shown(over)}”，只能是：{'、'.join(_OVERS)}"


def title_without_variable(draft: Draft) -> Findings:
    """Every round would read alike, and nobody would know whom they judge."""
    for question in _of_type(draft, "repeat"):
        variable, title = question.node.text("as"), question.node.text("title")
        if variable and title is not None and f"{{{variable}.name}}" not in title:
            yield (
                question.node.line_of("title"),
                f"重复题的标题里要写上 {{{shown(variable)}.name}}，否则分不清在评谁",
            )
