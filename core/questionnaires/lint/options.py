"""Paragraphs 4, 5, 6 and part of 10: lists of options, scales and their scores, dimensions."""

from collections.abc import Iterator

from core.questionnaires.lint.draft import Draft, OptionList
from core.questionnaires.lint.keys import YES_NO_WORDS
from core.questionnaires.lint.shape import Findings
from core.questionnaires.nodes import ListNode, MapNode, Node, Scalar, shown


def fewer_than_two(draft: Draft) -> Findings:
    """One option is no choice."""
    for listed in draft.option_lists:
        node = listed.holder.get("options")
        if isinstance(node, ListNode) and len(node.items) < 2:
            yield listed.line, "选项太少，请至少写两个"


def repeated_code(draft: Draft) -> Findings:
    """Two options stored alike."""
    yield from _repeated(draft, "code", "代码")


def repeated_label(draft: Draft) -> Findings:
    """Two options that read alike."""
    yield from _repeated(draft, "label", "文字")


def repeated_key(draft: Draft) -> Findings:
    """Two options on one key of the telephone screen."""
    yield from _repeated(draft, "key", "按键")


def _repeated(draft: Draft, name: str, called: str) -> Findings:
    for listed in draft.option_lists:
        # Beyond ten options the digits must repeat; paragraph 14 has said what to do.
        if name == "key" and "phone" in draft.channels and len(listed.options) > 10:
            continue
        seen: dict[str, int] = {}
        for option in listed.options:
            text = option.text(name)
            if text is None:
                continue
            line = option.line_of(name)
            if text in seen:
                yield line, f"选项{called}“{shown(text)}”和第{seen[text]}行的一样，请改一个"
            seen.setdefault(text, line)


def code_not_text(draft: Draft) -> Findings:
    """A code that YAML does not read as text."""
    for line, code in _codes(draft):
        raw = code.raw if isinstance(code, Scalar) else ""
        is_text = isinstance(code, Scalar) and code.kind in ("text", "broken")
        if not is_text and raw.lower() not in YES_NO_WORDS:
            yield line, f"选项代码“{shown(raw)}”不是文字，请换成小写字母开头的代码，如 a1"


def code_is_yes_or_no(draft: Draft) -> Findings:
    """A code that some program will take for true, false or nothing."""
    for line, code in _codes(draft):
        if isinstance(code, Scalar) and code.kind != "broken" and code.raw.lower() in YES_NO_WORDS:
            yield line, f"选项代码不能是“{code.raw}”，会被当成“是”“否”或空，请换一个"


def _codes(draft: Draft) -> Iterator[tuple[int, Node]]:
    for listed in draft.option_lists:
        for option in listed.options:
            code = option.get("code")
            if code is not None:
                yield option.line_of("code"), code


def _scales(draft: Draft) -> Iterator[OptionList]:
    return (listed for listed in draft.option_lists if listed.scale is not None)


def _scores(listed: OptionList) -> list[tuple[MapNode, float | None]] | None:
    """Each option's score; None for the whole list when one cannot be read. No score counts as null."""
    scores: list[tuple[MapNode, float | None]] = []
    for option in listed.options:
        if "score" in option and option.scalar("score", "whole", "decimal", "null") is None:
            return None
        scores.append((option, option.number("score")))
    return scores


def score_out_of_range(draft: Draft) -> Findings:
    """Scores are 0 to 100."""
    for listed in _scales(draft):
        for option in listed.options:
            score = option.number("score")
            if score is not None and not 0 <= score <= 100:
                yield option.line_of("score"), f"分值{score:g}不在0到100之间，请改正"


def scores_not_falling(draft: Draft) -> Findings:
    """The best option stands first, and no two are worth the same."""
    for listed in _scales(draft):
        before: float | None = None
        for option, score in _scores(listed) or ():
            if score is not None and before is not None and score >= before:
                message = f"分值{score:g}没有比前一项的{before:g}低，量表要从好到差、分值逐项下降"
                yield option.line_of("score"), message
            before = score if score is not None else before


def no_score(draft: Draft) -> Findings:
    """A scale that can give no score at all."""
    for listed in _scales(draft):
        scores = _scores(listed)
        if scores and all(score is None for _, score in scores):
            yield listed.line, f"量表“{shown(listed.scale or '')}”没有一项有分值，请写上“score”"


def several_without_score(draft: Draft) -> Findings:
    """Only one option, 不了解, may be left out of the mean."""
    for listed in _scales(draft):
        scores = _scores(listed) or []
        without = [option for option, score in scores if score is None]
        if len(without) > 1 and len(without) < len(scores):
            yield without[1].line, "一个量表只能有一项不计分（score: null），请给其余各项写上分值"


def score_outside_scale(draft: Draft) -> Findings:
    """A score on an ordinary option, where nobody would count it."""
    for listed in draft.option_lists:
        for option in listed.options if listed.scale is None else ():
            if "score" in option:
                yield option.line_of("score"), "普通选项不能有分值，要计分请用量表（scale）"


def unknown_scale(draft: Draft) -> Findings:
    """A question with a scale that is not declared."""
    declared = draft.root.map("scales")
    for question in draft.questions:
        name = question.node.text("scale")
        if question.type == "scale" and name is not None and (declared is None or name not in declared):
            yield question.node.line_of("scale"), f"没有叫“{shown(name)}”的量表，请在 scales 里写上或改名字"


def unknown_dimension(draft: Draft) -> Findings:
    """A question in a dimension that is not declared."""
    for question in draft.questions:
        code = question.node.text("dimension")
        if question.type == "scale" and code is not None and code not in draft.dimensions:
            yield (
                question.node.line_of("dimension"),
                f"没有代码为“{shown(code)}”的维度，请在 dimensions 里写上或改正",
            )


def unused_scale(draft: Draft) -> Findings:
    """A scale no question uses."""
    yield from _unused(draft, "scales", "scale", "量表")


def unused_dimension(draft: Draft) -> Findings:
    """A dimension no question counts into: a report's column that would stay empty."""
    yield from _unused(draft, "dimensions", "dimension", "维度")


def _unused(draft: Draft, declared_in: str, key: str, called: str) -> Findings:
    used = {question.node.text(key) for question in draft.questions if question.type == "scale"}
    declared = draft.root.map(declared_in)
    for name, entry in declared.entries.items() if declared else ():
        # A name that cannot be one has been refused in paragraph 1.
        if name not in used and entry.key.kind == "text":
            yield entry.line, f"{called}“{shown(name)}”没有题目用到，请删掉或用上"


def dimension_elsewhere(draft: Draft) -> Findings:
    """Only a scale question counts into a dimension."""
    for question in draft.questions:
        for key in ("dimension", "weight"):
            if question.type not in ("scale", None) and key in question.node:
                yield question.node.line_of(key), f"只有量表题（scale）能写“{key}”，请删掉"


def exclusive_outside_multi(draft: Draft) -> Findings:
    """Only where several can be chosen does one exclude the rest."""
    yield from _only_for(draft, "exclusive", "multi", "多选题（multi）")


def ends_outside_single(draft: Draft) -> Findings:
    """Only the options of a single question end the questionnaire."""
    yield from _only_for(draft, "ends", "single", "单选题（single）")


def _only_for(draft: Draft, key: str, type_: str, called: str) -> Findings:
    for listed in draft.option_lists:
        for option in listed.options if listed.type != type_ else ():
            if key in option:
                yield option.line_of(key), f"只有{called}的选项能写“{key}”，请删掉"
