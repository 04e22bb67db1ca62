"""
The words on paper, as shipped. An office may give its own; these are examples of how they should be.

No word leans towards an answer, promises something or thanks in advance: the question asks how it is, and
says so to the content and to the discontented alike.
"""

from dataclasses import dataclass

from qrcodes.given import checked

MAX_QUESTION_CHARS = 30
MAX_LINE_CHARS = 48


@dataclass(frozen=True, slots=True)
class Texts:
    """One plain question, one line how, one line what happens with the answers and that no name is asked."""

    question: str
    how: str
    afterwards: str

    def __post_init__(self) -> None:
        checked("问题", self.question, MAX_QUESTION_CHARS)
        checked("怎么答", self.how, MAX_LINE_CHARS)
        checked("回答怎么用", self.afterwards, MAX_LINE_CHARS)


HOW = "用微信扫一扫，在聊天里一题一题回答"
AFTERWARDS = "回答合在一起统计，用来改进工作；不问您的姓名"

FOR_PLACES = Texts(question="住在这里，您觉得怎么样？", how=HOW, afterwards=AFTERWARDS)
FOR_UNITS = Texts(question="来这里办事，您觉得怎么样？", how=HOW, afterwards=AFTERWARDS)
