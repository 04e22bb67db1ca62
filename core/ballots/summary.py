"""A ballot at a glance, a line for each county, and what is said to it: hand in, or take a line up again."""

from core.ballots.cards import Card, cards_of
from core.ballots.prompts import Summary, SummaryLine
from core.conversation.inputs import Act
from core.conversation.prompts import Choice
from core.conversation.script import Script
from core.conversation.state import Answer, RunState
from core.conversation.understanding.numerals import option_number
from core.conversation.understanding.plain import plain, squeezed

HAND_IN = "交上"
RECUSED = "回避"
NOTHING = "没有填"
# A mere 好 is not among them: it is also a grade, and handing in cannot be undone.
_HANDING_IN = frozenset(
    ("交上", "交", "提交", "确认", "确定", "交票", "投票", "交卷", "确认提交", "确认交上")
)
_MOST_TEXT_CHARS = 16


def summary(script: Script, state: RunState, recused: tuple[str, ...], page: int) -> Summary:
    """Every line, in the order of this ballot."""
    lines = []
    for number, card in enumerate(cards_of(script, state), start=1):
        said = RECUSED if card.key in recused else card_in_words(card, state)
        change = Choice(number=number, label=f"{card.name}：{said}", choice=Act.CHANGE, echo=f"改{card.name}")
        lines.append(SummaryLine(card.slots[0].number, change))
    return Summary(tuple(lines), Choice(0, HAND_IN, Act.HAND_IN, HAND_IN), page)


def card_in_words(card: Card, state: RunState) -> str:
    """`好 较好 好 好 一般，有意见`; an open question by its first words."""
    answers = {slot.key: state.answers.get(slot.key, Answer()) for slot in card.slots}
    if not card.grades:
        said = [slot.kind.label(answers[slot.key]) for slot in card.slots if not answers[slot.key].is_empty]
        words = "，".join(said)
        return (words if len(words) <= _MOST_TEXT_CHARS else words[: _MOST_TEXT_CHARS - 1] + "…") or NOTHING
    grades = " ".join(
        slot.kind.label(answers[slot.key]) for slot in card.grades if not answers[slot.key].is_empty
    )
    return grades + ("，有意见" if any(answer.text for answer in answers.values()) else "")


def wants_to_hand_in(words: str) -> bool:
    """Whether these words, alone, hand it in."""
    return squeezed(plain(words)) in _HANDING_IN


def line_meant(cards: tuple[Card, ...], words: str) -> str:
    """The key of the card that a number or a name means; '' when none, or more than one, does."""
    said = plain(words)
    number = option_number(said)
    if number is not None:
        return cards[number - 1].key if 1 <= number <= len(cards) else ""
    name = squeezed(said).removeprefix("改")
    found = [card.key for card in cards if name and len(name) >= 2 and name in squeezed(plain(card.name))]
    return found[0] if len(found) == 1 else ""
