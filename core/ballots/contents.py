"""
What a draft and a ballot are as bytes, all equally long in one round.

A long comment would tell two ciphertexts apart, before and after mixing. So every draft of a questionnaire is
padded to the largest it can become, and every ballot to the largest it can be.
"""

from dataclasses import dataclass

import orjson

from core.ballots.ballot import Ballot
from core.ballots.sealing import pad, unpad
from core.conversation.script import Script
from core.conversation.state import Answer
from core.questionnaires.model import Multi, Number, Place, Rating, Single, Text

# A character takes up to four bytes of UTF-8; escapes take two. What would take six is taken out.
_BYTES_A_CHAR = 4
_MAX_OTHER_CHARS = 100
_CODE_BYTES = 20
_NUMBER_BYTES = 32
# Braces, quotes and commas around an answer, and its field names.
_AROUND_BYTES = 40
# Position, order of one item, counters, 回避: what a draft has beyond its answers.
_STATE_BYTES = 2048
_ITEM_BYTES = 48
_STEP = 1024
_CONTROL = {code: None for code in (*range(32), 127) if chr(code) != "\n"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The lengths of a questionnaire's ballots and drafts before encryption, in bytes."""

    ballot: int
    draft: int

    @classmethod
    def of(cls, script: Script) -> "Sizes":
        """What the longest answers to everything would take."""
        answers = sum(len(slot.key) + _AROUND_BYTES + _answer_bytes(slot.question) for slot in script.slots)
        items = len({(slot.repeat, slot.item) for slot in script.slots}) * _ITEM_BYTES
        gathered = max((_answer_bytes(slot.question) for slot in script.slots), default=0)
        return cls(
            ballot=_rounded(answers + items + _AROUND_BYTES),
            draft=_rounded(answers + 2 * items + gathered + _STATE_BYTES),
        )


@dataclass(frozen=True, slots=True)
class Cast:
    """
    A ballot as it lies in the urn: answers by slot key, empty ones left out, and the cards passed over.

    Nothing of the person, the phone, the order or the time.
    """

    answers: dict[str, Answer]
    recused: tuple[str, ...]


def draft_bytes(ballot: Ballot, sizes: Sizes) -> bytes:
    """A ballot that is being filled in."""
    return pad(orjson.dumps(ballot.dump()), sizes.draft)


def read_draft(content: bytes) -> Ballot:
    """From what `draft_bytes` gave."""
    return Ballot.load(orjson.loads(unpad(content)))


def ballot_bytes(cast: Cast, sizes: Sizes) -> bytes:
    """A ballot that is handed in; in the order of its keys, so that how it was filled in does not show."""
    stored = {key: answer.dump() for key, answer in sorted(cast.answers.items()) if not answer.is_empty}
    return pad(orjson.dumps({"a": stored, "r": sorted(cast.recused)}), sizes.ballot)


def read_ballot(content: bytes) -> Cast:
    """From what `ballot_bytes` gave."""
    stored = orjson.loads(unpad(content))
    answers = {key: Answer.load(answer) for key, answer in stored["a"].items()}
    return Cast(answers, tuple(stored["r"]))


def cast_of(ballot: Ballot) -> Cast:
    """What of a filled-in ballot is handed in."""
    return Cast({key: _tidied(answer) for key, answer in ballot.run.answers.items()}, ballot.recused)


def without_controls(words: str) -> str:
    """The same words without characters that only a program can have typed."""
    return words.translate(_CONTROL)


def _tidied(answer: Answer) -> Answer:
    # Media would have to be fetched by somebody's id; a ballot takes words.
    return Answer(codes=answer.codes, text=without_controls(answer.text), number=answer.number)


def _answer_bytes(question: Single | Multi | Rating | Text | Number | Place) -> int:
    match question:
        case Text(max_length=most):
            return most * _BYTES_A_CHAR
        case Number():
            return _NUMBER_BYTES
        case Single(options=options) | Multi(options=options) | Rating(options=options):
            words = _MAX_OTHER_CHARS * _BYTES_A_CHAR if any(option.other for option in options) else 0
            return len(options) * _CODE_BYTES + words
        case Place():
            return _CODE_BYTES


def _rounded(size: int) -> int:
    return -(-size // _STEP) * _STEP
