"""What a step of the engine did, for whoever stores, counts or checks it."""

from dataclasses import dataclass

from core.conversation.state import Answer


@dataclass(frozen=True, slots=True)
class Agreed:
    """Consent was given."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Consent was not given."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A slot was answered, or passed over (an empty answer). `before` is what stood there, or None."""

    key: str
    answer: Answer
    before: Answer | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A slot is no longer asked, so its answer was dropped."""

    key: str


@dataclass(frozen=True, slots=True)
class Completed:
    """The last question is answered; the answers are final."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An option ended the questionnaire: `ineligible`, `refused` or `callback`."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """The words did not answer the question."""

    key: str


@dataclass(frozen=True, slots=True)
class WordAsked:
    """A command word for the desk was said, or confirmed: 重来, 帮助, 退出, 人工, 我的, 删除我的数据."""

    word: str


Event = Agreed | Refused | Answered | Dropped | Completed | Ended | Misunderstood | WordAsked
