"""Words that mean more in a ballot than in a questionnaire: `12112`, 同上, 回避, 回到汇总."""

from core.ballots.asking import asked_again, card_at, is_first_grade
from core.ballots.cards import Card, cards_of, digits_at_once, graded
from core.ballots.moving import back_to_summary, recuse, take
from core.ballots.prompts import BallotFault
from core.ballots.state import BACK_TO_SUMMARY, Ballot, BallotStep
from core.conversation.inputs import Said, Voice
from core.conversation.script import Script
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.conversation.understanding.plain import plain, squeezed

_RECUSING = frozenset({"回避", "我回避", "需要回避", "应当回避", "要回避"})


def said(script: Script, ballot: Ballot, given: Said | Voice) -> BallotStep | None:
    """What such words do; None when they are for the questionnaire's engine."""
    words = given.text if isinstance(given, Said) else given.recognised
    card = card_at(script, ballot)
    slot = next((each for each in card.slots if each.key == ballot.run.at), None)
    if slot is None or ballot.run.asking:
        return None
    if slot.question.type == "text":
        return _at_comment(script, ballot, card, words)
    meant = squeezed(plain(words))
    if meant in _RECUSING:
        return recuse(script, ballot, card.key)
    if meant == BACK_TO_SUMMARY and ballot.changing:
        return back_to_summary(script, ballot)
    if commands.command(words) == commands.SAME and is_first_grade(script, ballot):
        return same_as_before(script, ballot)
    return _by_digits(script, ballot, card, words)


def same_as_before(script: Script, ballot: Ballot) -> BallotStep:
    """同上 at a county's first grade: every grade of the county judged before it."""
    grades = grades_above(ballot, cards_of(script, ballot.run), card_at(script, ballot))
    if grades is None:
        return asked_again(script, ballot, BallotFault("nothing_above"))
    return take(script, ballot, grades)


def grades_above(ballot: Ballot, cards: tuple[Card, ...], card: Card) -> dict[str, Answer] | None:
    """For a card's grades, those of the nearest card above it that has them all; None when none has."""
    for earlier in reversed(cards[: cards.index(card)]):
        its = [ballot.run.answers.get(slot.key, Answer()) for slot in earlier.grades]
        if earlier.slots[0].repeat != card.slots[0].repeat or earlier.key in ballot.recused:
            continue
        if its and all(answer.codes for answer in its):
            return {slot.key: answer for slot, answer in zip(card.grades, its, strict=True)}
    return None


def _by_digits(script: Script, ballot: Ballot, card: Card, words: str) -> BallotStep | None:
    """`12112`: every grade of the card the current question stands on."""
    high, want = card.most_options, len(card.grades)
    digits = digits_at_once(words)
    if digits is None or want < 2 or not 0 < high <= 9:
        return None
    fault = _fault_in(digits.values, want, high)
    if fault is not None:
        return asked_again(script, ballot, fault)
    choices = tuple(value for value in digits.values if value is not None)
    return take(script, ballot, graded(card, choices))


def _at_comment(script: Script, ballot: Ballot, card: Card, words: str) -> BallotStep | None:
    """
    At a county's optional comment, the next county's digits or 同上: what is open here is passed over.

    Digits that are no grades are not taken for a comment either: nobody means `12117` as one.
    """
    cards = cards_of(script, ballot.run)
    following = next(iter(cards[cards.index(card) + 1 :]), None)
    slot = next(each for each in card.slots if each.key == ballot.run.at)
    if following is None or ballot.changing or slot.question.required or not card.is_judged:
        return None
    want, high = len(following.grades), following.most_options
    passed = {
        each.key: Answer()
        for each in card.slots[card.slots.index(slot) :]
        if not each.question.required and each.key not in ballot.run.answers
    }
    if commands.command(words) == commands.SAME:
        grades = grades_above(ballot, cards, following)
        return None if grades is None else take(script, ballot, {**passed, **grades})
    digits = digits_at_once(words)
    if digits is None or want < 2 or not 0 < high <= 9:
        return None
    fault = _fault_in(digits.values, want, high)
    if fault is None:
        choices = tuple(value for value in digits.values if value is not None)
        return take(script, ballot, {**passed, **graded(following, choices)})
    is_slip_of_finger = None not in digits.values and abs(len(digits.values) - want) <= 1
    return asked_again(script, ballot, fault) if is_slip_of_finger else None


def _fault_in(values: tuple[int | None, ...], want: int, high: int) -> BallotFault | None:
    if None in values:
        return BallotFault("other", want=want, high=high)
    if len(values) != want:
        return BallotFault("count", want=want, got=len(values), high=high)
    if any(value is None or not 1 <= value <= high for value in values):
        return BallotFault("range", want=want, high=high)
    return None
