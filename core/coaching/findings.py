"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from core.coaching.flatten import Flat
from core.questionnaires.model import Option, Question

Kind = Literal["steering", "reward", "threat", "options", "scale"]
KINDS: dict[Kind, str] = {
    "steering": "诱导",
    "reward": "利诱",
    "threat": "施压",
    "options": "选项不公平",
    "scale": "量表不对等",
}

# Where in a flat text something stands: start and end.
Span = tuple[int, int]
TextCheck = Callable[[Flat], Iterator[Span]]
# The words that are wrong in a list of options, one for each fault.
OptionsCheck = Callable[[tuple[Option, ...]], Iterator[str]]
# The questions that are wrong in a questionnaire, each with the words.
PathsCheck = Callable[[tuple[Question, ...]], Iterator[tuple[Question, str]]]
Check = TypeVar("Check", TextCheck, OptionsCheck, PathsCheck)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[Check]):
    """
    One thing that is not done, and why.

    `reason` is what the office reads. `caught` and `passes` are examples the tests hold the rule to; for
    lists of options they are labels joined by `｜`.
    """

    id: str
    kind: Kind
    check: Check
    reason: str
    caught: str
    passes: str


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One place where a text steers.

    `place` says where, as the office would (海报, gov 的题目); `words` are quoted as written; `line` is the
    line inside the text or file that was checked, 0 when there is none.
    """

    rule: str
    place: str
    words: str
    reason: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.place}“{self.words}”：{self.reason}"
