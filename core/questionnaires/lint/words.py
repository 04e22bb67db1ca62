"""Paragraphs 12 and 15: what may stand in the words people see."""

import re
import unicodedata

from core.questionnaires.conditions import ids
from core.questionnaires.lint.draft import Draft, Prose
from core.questionnaires.lint.shape import Findings
from core.questionnaires.nodes import shown

# Whatever is longer is refused for its length; searching a megabyte would only take time.
MAX_SEARCHED_CHARS = 1000

_PLACEHOLDERS = ("{office.name}", "{office.phone}", "{subject.name}", "{source.name}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def unknown_placeholder(draft: Draft) -> Findings:
    """Anything in braces that nobody will fill in, and braces that do not close."""
    for prose in draft.proses:
        known = (*_PLACEHOLDERS, *(f"{{{name}.name}}" for name in prose.variables))
        unknown = [found for found in _BRACES.findall(prose.text) if found not in known]
        if unknown:
            yield (
                prose.line,
                f"“{prose.key}”里的“{shown(unknown[0])}”没有东西可填，只能用：{'、'.join(known)}",
            )


def subject_name_without_subject(draft: Draft) -> Findings:
    """Names what is judged where nothing is."""
    for prose in draft.proses:
        if draft.subject == "none" and "{subject.name}" in prose.text:
            yield prose.line, "subject 是 none，没有被评对象，请删掉“{subject.name}”"


def subject_kind_without_subject(draft: Draft) -> Findings:
    """Asks for the kind of what is judged where nothing is."""
    for question in draft.questions:
        if draft.subject == "none" and question.condition and "subject.kind" in ids(question.condition):
            yield question.node.line_of("show_if"), "subject 是 none，show_if 里不能用 subject.kind，请删掉"


def per_subject_without_subject(draft: Draft) -> Findings:
    """Counts by what is judged where nothing is."""
    once = draft.root.map("one_response")
    if once is not None and draft.subject == "none" and "subject" in draft.per:
        yield once.line_of("per"), "subject 是 none，per 里不能有 subject，请删掉"


def too_long(draft: Draft) -> Findings:
    """More characters than there is room for."""
    for prose in draft.proses:
        if len(prose.text) > prose.chars:
            yield prose.line, f"“{prose.key}”有{len(prose.text)}个字，最多{prose.chars}个，请改短"


def empty(draft: Draft) -> Findings:
    """Nothing to read."""
    for prose in draft.proses:
        if not prose.text.strip():
            yield prose.line, f"“{prose.key}”没有内容，请填写，不用就删掉"


# A tag counts before it is closed: browsers forgive that.
_TAG = re.compile(r"<[/!]?[A-Za-z][^<>]*>?|<!--|&(?:[A-Za-z]{2,8}|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});")
_MARKDOWN = re.compile(r"\*\*[^*]+\*\*|__[^_]+__|`[^`]+`|!?\[[^\[\]]+\]\([^()]*\)|^#{1,6} |^[-*+>] ")
_DOMAINS = "com|cn|net|org|gov|edu|info|top|xyz|vip|cc|tv|me|io|co|mobi|club|shop|site|online|link"
_URL = re.compile(
    rf"[a-z][a-z0-9+.-]*://|(?<![a-z0-9])www\.|(?<![a-z0-9@])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{_DOMAINS})(?![a-z0-9])",
    re.IGNORECASE,
)
# Zero-width space, directional marks, BOM: nobody sees them, and they turn words about.
_CONTROL = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LINE_BREAK = re.compile("[\n\r\x85\u2028\u2029]")
_ELEVEN_DIGITS = re.compile(r"(?<![0-9])(?:[0-9]{11}|1[0-9]{2}[ -][0-9]{4}[ -][0-9]{4})(?![0-9])")
# Eighteen characters now, fifteen digits on cards from before 1999.
_ID_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")


def html(draft: Draft) -> Findings:
    """A tag or an entity."""
    yield from _containing(draft, _TAG, "里有HTML“{found}”，只能写普通文字，请删掉")


def markdown(draft: Draft) -> Findings:
    """Signs for bold, headings, lists or links, which would be shown as they are."""
    yield from _containing(draft, _MARKDOWN, "里有Markdown记号“{found}”，只能写普通文字，请删掉")


def url(draft: Draft) -> Findings:
    """An address of a page: people cannot tell ours from a cheat's."""
    yield from _containing(draft, _URL, "里不能有网址（“{found}”），请删掉", as_typed=False)


def line_break(draft: Draft) -> Findings:
    """Text is on one line."""
    yield from _containing(draft, _LINE_BREAK, "里不能换行，请写成一行")


def control_character(draft: Draft) -> Findings:
    """Characters nobody sees."""
    yield from _containing(draft, _CONTROL, "里有看不见的控制字符，请删掉重新输入")


def eleven_digits(draft: Draft) -> Findings:
    """Somebody's mobile number."""
    yield from _containing(
        draft,
        _ELEVEN_DIGITS,
        "里有11位号码，像是手机号，请删掉；办公室电话请写 {{office.phone}}",
        as_typed=False,
    )


def id_number(draft: Draft) -> Findings:
    """Somebody's identity card."""
    yield from _containing(draft, _ID_NUMBER, "里有像身份证号的数字，请删掉", as_typed=False)


def _containing(draft: Draft, pattern: re.Pattern[str], message: str, *, as_typed: bool = True) -> Findings:
    for prose in draft.proses:
        found = pattern.search(_text(prose, as_typed))
        if found is not None:
            yield prose.line, f"“{prose.key}”{message.format(found=shown(found[0].strip()))}"


def _text(prose: Prose, as_typed: bool) -> str:
    """The text, or the same with full-width letters and digits made narrow: １３８ dials as well as 138."""
    text = prose.text[:MAX_SEARCHED_CHARS]
    return text if as_typed else unicodedata.normalize("NFKC", text)
