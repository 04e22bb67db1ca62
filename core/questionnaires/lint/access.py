"""Paragraphs 13, 14 and 16: who may answer how often, by telephone, and with whose consent."""

from core.questionnaires.lint.draft import Draft
from core.questionnaires.lint.shape import Findings
from core.questionnaires.nodes import ListNode, shown

# There are ten digits to press.
MAX_PHONE_OPTIONS = 10


def account_without_wechat(draft: Draft) -> Findings:
    """Only WeChat knows accounts."""
    if "account" in draft.per and draft.channels and "wechat" not in draft.channels:
        yield _per_line(draft), "per 里有 account（微信号），可是 channels 里没有 wechat，请改其中一个"


def sample_without_phone(draft: Draft) -> Findings:
    """Only telephone interviews have a sample."""
    if "sample" in draft.per and draft.channels and "phone" not in draft.channels:
        yield _per_line(draft), "per 里有 sample（电话样本），可是 channels 里没有 phone，请改其中一个"


def subject_alone(draft: Draft) -> Findings:
    """The subject does not tell persons apart."""
    if set(draft.per) == {"subject"}:
        yield _per_line(draft), "per 里只有 subject，分不清是谁答的，请加上 account、invite 或 sample"


def per_none(draft: Draft) -> Findings:
    """Nothing would keep one person from answering a thousand times."""
    once = draft.root.map("one_response")
    node = once.get("per") if once else None
    if isinstance(node, ListNode) and not node.items:
        yield _per_line(draft), "per 是空的，请写上 account、invite 或 sample"


def _per_line(draft: Draft) -> int:
    once = draft.root.map("one_response")
    return once.line_of("per") if once else draft.root.line


def phone_without_words(draft: Draft) -> Findings:
    """An interviewer needs words to read, or to be told what to do."""
    if "phone" not in draft.channels:
        return
    for question in draft.questions:
        interviewer = question.node.map("interviewer")
        silent = interviewer is None or not ("say" in interviewer or "note" in interviewer)
        if question.is_answerable and silent:
            yield question.line, f"{question.name}要给话务员写上念的话（interviewer: say）或说明（note）"


def phone_option_without_key(draft: Draft) -> Findings:
    """An interviewer presses digits."""
    if "phone" not in draft.channels:
        return
    for listed in draft.option_lists:
        for option in listed.options:
            if "key" not in option:
                yield option.line, f'选项“{shown(option.text("label") or "")}”没有按键，请写上，如 key: "1"'


def phone_too_many_options(draft: Draft) -> Findings:
    """More options than digits."""
    if "phone" not in draft.channels:
        return
    for listed in draft.option_lists:
        count = len(listed.holder.items("options"))
        if count > MAX_PHONE_OPTIONS:
            yield listed.line, f"电话问卷一题最多{MAX_PHONE_OPTIONS}个选项，这里有{count}个，请减少"


def consent_labels_alike(draft: Draft) -> Findings:
    """Yes and no must differ."""
    consent = draft.root.map("consent")
    if consent is None:
        return
    agree, decline = consent.text("agree"), consent.text("decline")
    if agree is not None and decline is not None and agree.strip() == decline.strip():
        yield consent.line_of("decline"), "“同意”和“不同意”的文字一样（agree、decline），请改一个"
