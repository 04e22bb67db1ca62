"""
What excuses words that would steer elsewhere: they are forbidden, reported, asked about, or one of a list.

Each function is told the flat text and where the words stand.
"""

import re

from core.coaching.findings import Span
from core.coaching.flatten import Flat
from core.coaching.words import pattern

_SENTENCE_END = re.compile(r"[。!?;\n]")
_CLAUSE_END = re.compile(r"[。!?;,\n ]")

# A request after the ban takes it back: 没办过事的也请选满意.
_TAKEN_BACK = r"(?!.*(?:请|务必|一定|也|记得|直接))"
_WEAK = re.compile(
    r"(?:不要|不用|不必|不需|无需|无须|不会|不是|并非|不靠|不搞|不设|没有|别|请勿|切勿|勿|莫|不得|"
    r"不许|不准|不能"
    r"|不应|不可|不发|不送|不抽|不给|不返|不影响|从不|决不|绝不)(?!忘|怕|吝|错过|犹豫|仅|但|客气|断|光|只)"
    + _TAKEN_BACK
)
# These hold to the end of the sentence: 严禁打招呼、发通知，诱导群众作出满意评价.
_STRONG = re.compile(r"(?:严禁|禁止|杜绝|防止|严查|抵制|谢绝|不得|不许|不准|不允许|不要因为)" + _TAKEN_BACK)

_ASKED = re.compile(r"有没有|是否|有无|是不是有")
_SOMEBODY = re.compile(r"有人|谁要|谁叫|如发现|若发现|凡发现|发现有|任何人|任何单位|个别")
_TELL_US = re.compile(r"举报|投诉|告诉我们|反映|报告|拨打|打电话|12345|12388|拒绝|不要理")
_REPORTED = re.compile(
    r"反映|投诉|举报|来信|曝光|通报|被指|查处|违规|违纪|(?:叫|逼|要求)我们?|某(?:县|区|街道|镇|乡|"
    r"村|校|局|地|单位|社区)"
)
_CALLED_WRONG = re.compile(
    r"被(?:通报|查处|处分|问责|批评|举报)|一事|的(?:行为|做法|现象)|等(?:行为|做法|问题)"
)
_THEY_SAID = re.compile(r"(?:对方|他|她|受访者?|老人)(?:明确|自己|亲口|只|如果|要是|若)*(?:说|答|讲|回答|选)")


def is_forbidden(flat: Flat, span: Span) -> bool:
    """Whether the sentence forbids or denies it: 不许劝对方说“满意”, 没有红包."""
    end = span[1]
    return bool(
        _WEAK.search(_before(flat, end, _CLAUSE_END)) or _STRONG.search(_before(flat, end, _SENTENCE_END))
    )


def is_forbidden_outside(flat: Flat, span: Span) -> bool:
    """The same for words that are themselves a ban: only what stands before them counts."""
    return is_forbidden(flat, (span[0], span[0]))


def is_reported(flat: Flat, span: Span) -> bool:
    """Whether it is what somebody else did: a complaint, a warning, a case in the press, or a question."""
    start, end = span
    before, after = _before(flat, start, _SENTENCE_END), _after(flat, end, _SENTENCE_END)
    if (
        _ASKED.search(before + flat.text[start:end])
        or _REPORTED.search(before)
        or _CALLED_WRONG.search(after)
    ):
        return True
    return bool(_SOMEBODY.search(before + flat.text[start:end]) and _TELL_US.search(flat.text[end:]))


def is_their_answer(flat: Flat, span: Span) -> bool:
    """Whether an interviewer is told to write down what was said: 对方说满意的，记“满意”."""
    start, end = span
    return bool(_THEY_SAID.search(_before(flat, start, _SENTENCE_END) + flat.text[start:end]))


def is_asked(flat: Flat, span: Span) -> bool:
    """Whether the sentence is a question: 您领到补贴了吗？"""
    rest = _after(flat, span[1], _SENTENCE_END)
    return bool(re.search(r"[吗么]$", rest)) or bool(_ASKED.search(_before(flat, span[1], _SENTENCE_END)))


_ANSWER = r"(?:(?:非常|很|十分|比较|较|基本|不太|不够|很不|非常不|不)?(?:满意|好)|一般|还行|较?差|不了解)"
_SEPARATOR = r"(?:[、,/|\n \d.()\-:;]|还是|或者?|以?及|也好|的?话?请?(?:按|点|选|回复)|的)"
_RUN = re.compile(rf"{_ANSWER}(?:{_SEPARATOR}{{0,5}}{_ANSWER})+")
_BAD_ANSWER = re.compile(r"不(?:太|够)?(?:满意|好)|差")


def is_listed(flat: Flat, span: Span) -> bool:
    """
    Whether the answer is one of a list that has a negative one: 从“满意、一般、不满意”里挑一个.

    Two answers with a comma between them are no list: 请选满意，不满意请先联系我们.
    """
    for run in answer_runs(flat):
        if run.start() < span[1] <= run.end() and _BAD_ANSWER.search(run[0]):
            answers = len(re.findall(_ANSWER, run[0]))
            if answers > 2 or "," not in run[0]:
                return True
    return False


def answer_runs(flat: Flat) -> list[re.Match[str]]:
    """Every place where answers are named one after the other."""
    return list(_RUN.finditer(flat.text))


_ALIKE = pattern(
    r"(?:不论|无论|不管|不看|与)<间>(?:怎么|如何|什么|哪|答案|内容|结果|"
    r"好坏)[^。!?;\n]{0,10}(?:一样|都|无关|均|相同)"
)


def is_for_any_answer(flat: Flat, _span: Span) -> bool:
    """Whether the text says that every answer earns the gift alike."""
    return _ALIKE.search(flat.text) is not None


def is_whole_text(flat: Flat, span: Span) -> bool:
    """Whether there is nothing else: an option 我很满意 is the respondent's own voice."""
    return flat.text.strip("。,!") == flat.text[slice(*span)].strip("。,!")


_OTHER_SIDE = pattern(r"(?P<ban>不要|别|勿|不能|不得|不许|不准)?<选><个><差>")


def has_other_side(flat: Flat, span: Span) -> bool:
    """Whether the same sentence offers the negative answer alike: 满意就选满意，不满意就选不满意."""
    sentence = _before(flat, span[0], _SENTENCE_END) + flat.text[span[0] : span[1]]
    sentence += _after(flat, span[1], _SENTENCE_END)
    return any(found["ban"] is None for found in _OTHER_SIDE.finditer(sentence))


def _before(flat: Flat, end: int, limit: re.Pattern[str]) -> str:
    """What stands between the last `limit` and `end`."""
    text = flat.text[:end]
    last = 0
    for found in limit.finditer(text):
        last = found.end()
    return text[last:]


def _after(flat: Flat, start: int, limit: re.Pattern[str]) -> str:
    """What stands between `start` and the next `limit`."""
    found = limit.search(flat.text, start)
    return flat.text[start : found.start() if found else len(flat.text)]
