"""
Filling in a ballot: the questionnaire's own engine, and around it what a ballot has beyond any questionnaire.

    step(script, ballot, input) → (ballot, prompts, outcome)

Grades of one county written together (`12112`), 同上 for a whole county, 回避, a summary in which every line
can be taken up again, handing in. Pure: no database, clock, chance or WeChat; chat, page and paper share it.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

from core.ballots.cards import Card, card_key, cards_of, digits_at_once, graded
from core.ballots.prompts import AtOnce, BallotFault, BallotHelp, BallotProgress, Sure
from core.ballots.summary import line_meant, summary, wants_to_hand_in
from core.conversation import engine
from core.conversation.events import Completed, Ended, Refused, WordAsked
from core.conversation.inputs import Act, Input, Said, Tapped, Voice
from core.conversation.kinds.base import act
from core.conversation.offers import OFFERS
from core.conversation.position import Position
from core.conversation.prompts import AskPrompt, NotUnderstood, Prompt
from core.conversation.script import Script
from core.conversation.state import Answer, RunState
from core.conversation.understanding import commands
from core.conversation.understanding.plain import plain, squeezed

__all__ = ["Ballot", "BallotStep", "Outcome", "answer_card", "begin", "current", "grades_above", "step"]

RECUSE = "回避"
BACK_TO_SUMMARY = "回到汇总"
_RECUSING = frozenset({"回避", "我回避", "需要回避", "应当回避", "要回避"})

# What the caller has to do: nothing, keep it for later, let it go (declined, deleted), start afresh, hand it
# in; `word` is a word for the desk.
Outcome = Literal["", "paused", "declined", "deleted", "restarted", "handed_in", "word"]


@dataclass(frozen=True, slots=True)
class Ballot:
    """
    A ballot while it is filled in.

    `recused` are the cards passed over by 回避. `changing` is the card taken up again from the summary, ''
    while the ballot is filled in for the first time. `asking`: 重来 or 删除我的数据 wants a yes first.
    """

    run: RunState
    recused: tuple[str, ...] = ()
    changing: str = ""
    asking: Literal["", "restart_sure", "delete_sure"] = ""
    page: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every question was answered or passed over."""
        return self.run.stage == "finished" and not self.run.outcome

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "run": self.run.dump(),
            "recused": list(self.recused),
            "changing": self.changing,
            "asking": self.asking,
            "page": self.page,
        }

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Ballot":
        """From what `dump` gave."""
        return cls(
            run=RunState.load(stored["run"]),
            recused=tuple(stored["recused"]),
            changing=stored["changing"],
            asking=stored["asking"],
            page=stored["page"],
        )


@dataclass(frozen=True, slots=True)
class BallotStep:
    """What follows from an input. `word` is set when the outcome is `word`."""

    ballot: Ballot
    prompts: tuple[Prompt, ...]
    outcome: Outcome = ""
    word: str = ""


def begin(script: Script, *, channel: str, seed: int) -> BallotStep:
    """A new ballot, which begins with consent. `seed` decides the order of the counties."""
    begun = engine.begin(script, channel=channel, seed=seed)
    return BallotStep(Ballot(begun.state), begun.prompts)


def current(script: Script, ballot: Ballot) -> tuple[Prompt, ...]:
    """What is being asked now, once more."""
    if ballot.asking:
        return (Sure(ballot.asking, OFFERS[ballot.asking].choices),)
    if ballot.is_complete:
        return (summary(script, ballot.run, ballot.recused, ballot.page),)
    return _dressed(script, ballot, engine.current(script, ballot.run), explains=True)


def step(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    """What follows from one input. Never fails for anything a person can send."""
    if ballot.asking:
        return _confirmed(script, ballot, given)
    if ballot.run.stage == "consent":
        return _engine_step(script, ballot, given)
    if ballot.is_complete:
        return _at_summary(script, ballot, given)
    slot = script.slot(given.slot) if isinstance(given, Tapped) else None
    if isinstance(given, Tapped) and given.choice == Act.SUMMARY:
        return _back_to_summary(script, ballot)
    if isinstance(given, Tapped) and slot is not None and given.choice == Act.RECUSE:
        return _recuse(script, ballot, card_key(slot))
    if isinstance(given, Tapped) and given.choice in (Act.CHANGE, Act.HAND_IN):
        return BallotStep(ballot, current(script, ballot))
    if isinstance(given, Said | Voice):
        taken = _said(script, ballot, given)
        if taken is not None:
            return taken
    if isinstance(given, Tapped) and given.choice == Act.SAME and slot is not None:
        is_asked = slot.key == ballot.run.at and _is_first_grade(script, ballot)
        return _same_as_before(script, ballot) if is_asked else BallotStep(ballot, current(script, ballot))
    if isinstance(given, Tapped) and slot is not None and card_key(slot) in ballot.recused:
        # A grade for a subject that was passed over: they judge it after all.
        ballot = _unrecused(script, ballot, card_key(slot))
        return _engine_step(script, _turned(script, ballot, slot.key), given)
    return _engine_step(script, ballot, given)


def answer_card(script: Script, ballot: Ballot, card: Card, answers: dict[str, Answer]) -> Ballot:
    """
    A whole card at once, as a page gives it. Judging somebody who was passed over by 回避 takes that back.

    What is no longer asked because of it is dropped.
    """
    judged = _unrecused(script, ballot, card.key)
    step_ = engine.take_answers(script, judged.run, answers)
    return replace(judged, run=step_.state, changing="", asking="")


# Words that mean more here than in a questionnaire -----------------------------------------------------


def _said(script: Script, ballot: Ballot, given: Said | Voice) -> BallotStep | None:
    words = given.text if isinstance(given, Said) else given.recognised
    card = _card(script, ballot)
    slot = next((each for each in card.slots if each.key == ballot.run.at), None)
    if slot is None or ballot.run.asking:
        return None
    if slot.question.type == "text":
        return _at_comment(script, ballot, card, words)
    meant = squeezed(plain(words))
    if meant in _RECUSING:
        return _recuse(script, ballot, card.key)
    if meant == BACK_TO_SUMMARY and ballot.changing:
        return _back_to_summary(script, ballot)
    if commands.command(words) == commands.SAME and _is_first_grade(script, ballot):
        return _same_as_before(script, ballot)
    return _by_digits(script, ballot, card, words)


def _by_digits(script: Script, ballot: Ballot, card: Card, words: str) -> BallotStep | None:
    """`12112`: every grade of the card the current question stands on."""
    high, want = card.most_options, len(card.grades)
    digits = digits_at_once(words)
    if digits is None or want < 2 or not 0 < high <= 9:
        return None
    fault = _fault_in(digits.values, want, high)
    if fault is not None:
        return _asked_again(script, ballot, fault)
    choices = tuple(value for value in digits.values if value is not None)
    return _take(script, ballot, graded(card, choices))


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
        return None if grades is None else _take(script, ballot, {**passed, **grades})
    digits = digits_at_once(words)
    if digits is None or want < 2 or not 0 < high <= 9:
        return None
    fault = _fault_in(digits.values, want, high)
    if fault is None:
        choices = tuple(value for value in digits.values if value is not None)
        return _take(script, ballot, {**passed, **graded(following, choices)})
    is_slip_of_finger = None not in digits.values and abs(len(digits.values) - want) <= 1
    return _asked_again(script, ballot, fault) if is_slip_of_finger else None


def _fault_in(values: tuple[int | None, ...], want: int, high: int) -> BallotFault | None:
    if None in values:
        return BallotFault("other", want=want, high=high)
    if len(values) != want:
        return BallotFault("count", want=want, got=len(values), high=high)
    if any(value is None or not 1 <= value <= high for value in values):
        return BallotFault("range", want=want, high=high)
    return None


def _same_as_before(script: Script, ballot: Ballot) -> BallotStep:
    """同上 at a county's first grade: every grade of the county judged before it."""
    grades = grades_above(ballot, cards_of(script, ballot.run), _card(script, ballot))
    if grades is None:
        return _asked_again(script, ballot, BallotFault("nothing_above"))
    return _take(script, ballot, grades)


def grades_above(ballot: Ballot, cards: tuple[Card, ...], card: Card) -> dict[str, Answer] | None:
    """For a card's grades, those of the nearest card above it that has them all; None when none has."""
    for earlier in reversed(cards[: cards.index(card)]):
        its = [ballot.run.answers.get(slot.key, Answer()) for slot in earlier.grades]
        if earlier.slots[0].repeat != card.slots[0].repeat or earlier.key in ballot.recused:
            continue
        if its and all(answer.codes for answer in its):
            return {slot.key: answer for slot, answer in zip(card.grades, its, strict=True)}
    return None


def _recuse(script: Script, ballot: Ballot, key: str) -> BallotStep:
    """Pass over one subject altogether."""
    card = next((each for each in cards_of(script, ballot.run) if each.key == key), None)
    if card is None or not card.is_judged:
        return _asked_again(script, ballot, BallotFault("not_here"))
    passed = {slot.key: Answer() for slot in card.slots}
    recused = (*(other for other in ballot.recused if other != key), key)
    return _take(script, replace(ballot, recused=recused), passed)


def _take(script: Script, ballot: Ballot, answers: dict[str, Answer]) -> BallotStep:
    """Several answers at once; a change that began in the summary ends there."""
    step_ = engine.take_answers(script, ballot.run, answers)
    moved = replace(ballot, run=step_.state, changing="")
    return _after(script, moved, step_)


# The engine's own steps --------------------------------------------------------------------------------


def _engine_step(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    asked = ballot.run.at
    step_ = engine.step(script, ballot.run, given)
    if any(isinstance(event, Completed) for event in step_.events) and ballot.changing:
        following = _next_of_change(script, ballot, step_.state, asked)
        if following:
            turned = engine.turn_to(script, step_.state, following)
            moved = replace(ballot, run=turned.state)
            return BallotStep(moved, _dressed(script, moved, turned.prompts))
        ballot = replace(ballot, changing="")
    return _after(script, replace(ballot, run=step_.state), step_)


def _next_of_change(script: Script, ballot: Ballot, state: RunState, asked: str) -> str:
    """The question of the changed card that follows the one just answered; '' after the last."""
    plan = script.plan(state)
    position = Position(script, state)
    at = plan.stop(asked)
    if at is None:
        return ""
    for stop in plan.stops[at.position + 1 :]:
        if card_key(stop.slot) != ballot.changing:
            return ""
        if position.is_visible(stop):
            return stop.slot.key
    return ""


def _after(script: Script, ballot: Ballot, step_: engine.Step) -> BallotStep:
    """What the engine's events mean for a ballot."""
    for event in step_.events:
        match event:
            case Completed():
                ballot = replace(ballot, changing="", page=0)
                said = step_.prompts[:-1]  # thanks are for when it is handed in
                return BallotStep(ballot, (*said, *current(script, ballot)))
            case Refused() | Ended():
                return BallotStep(ballot, (), "declined")
            case WordAsked(word):
                return _word(script, ballot, word)
            case _:
                pass
    return BallotStep(ballot, _dressed(script, ballot, step_.prompts))


def _word(script: Script, ballot: Ballot, word: str) -> BallotStep:
    title = script.title(ballot.run.subject, ballot.run.source)
    if word == commands.QUIT:
        return BallotStep(ballot, (), "paused")
    if word == commands.HELP:
        return BallotStep(ballot, (BallotHelp(), *current(script, ballot)))
    if word == commands.MINE:
        told = BallotProgress(title, engine.progress(script, ballot.run))
        return BallotStep(ballot, (told, *current(script, ballot)))
    if word in (commands.RESTART, commands.DELETE):
        ballot = replace(ballot, asking="restart_sure" if word == commands.RESTART else "delete_sure")
        return BallotStep(ballot, current(script, ballot))
    return BallotStep(ballot, (), "word", word)


def _confirmed(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    """They were asked whether they are sure; anything but a yes goes on with the ballot."""
    offer = OFFERS[ballot.asking]
    words = given.text if isinstance(given, Said) else ""
    act_ = given.choice if isinstance(given, Tapped) else offer.meant_by(words)
    kept = replace(ballot, asking="")
    if act_ == Act.START_OVER and ballot.asking == "restart_sure":
        return BallotStep(kept, (), "restarted")
    if act_ == Act.DELETE and ballot.asking == "delete_sure":
        return BallotStep(kept, (), "deleted")
    if act_ in offer.acts or not isinstance(given, Said | Tapped):
        return BallotStep(kept, current(script, kept))
    return step(script, kept, given)


# The summary -------------------------------------------------------------------------------------------


def _at_summary(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    words = given.text if isinstance(given, Said) else given.recognised if isinstance(given, Voice) else ""
    if isinstance(given, Tapped):
        slot = script.slot(given.slot)
        if given.choice == Act.HAND_IN:
            return BallotStep(ballot, (), "handed_in")
        if given.choice == Act.MORE:
            ballot = replace(ballot, page=ballot.page + 1)
        elif slot is not None and given.choice == Act.CHANGE:
            return _change(script, ballot, card_key(slot))
        elif slot is not None and given.choice == Act.RECUSE:
            return _recuse(script, ballot, card_key(slot))
        elif slot is not None and given.slot:
            return _tapped_in_summary(script, ballot, given, slot.key)
        return BallotStep(ballot, current(script, ballot))
    if wants_to_hand_in(words):
        return BallotStep(ballot, (), "handed_in")
    word = commands.command(words) if words else None
    if word in commands.DESK_WORDS:
        return _word(script, ballot, word)
    if word == commands.MORE:
        ballot = replace(ballot, page=ballot.page + 1)
        return BallotStep(ballot, current(script, ballot))
    cards = cards_of(script, ballot.run)
    if word == commands.PREVIOUS:
        return _change(script, ballot, cards[-1].key)
    meant = line_meant(cards, words)
    if meant:
        return _change(script, ballot, meant)
    return BallotStep(ballot, (NotUnderstood(words), *current(script, ballot)))


def _tapped_in_summary(script: Script, ballot: Ballot, tap: Tapped, key: str) -> BallotStep:
    """An option of an old bubble, tapped after everything was answered: it changes that answer."""
    ballot = _unrecused(script, ballot, card_key_of(script, key))
    try:
        turned = _turned(script, ballot, key)
    except LookupError:
        return BallotStep(ballot, current(script, ballot))
    return _engine_step(script, turned, tap)


def card_key_of(script: Script, key: str) -> str:
    """The card of the slot with this key."""
    return next((card_key(slot) for slot in script.slots if slot.key == key), key)


def _turned(script: Script, ballot: Ballot, key: str) -> Ballot:
    return replace(ballot, run=engine.turn_to(script, ballot.run, key).state)


def _change(script: Script, ballot: Ballot, key: str) -> BallotStep:
    """Take a line up again; one that was passed over by 回避 is open once more."""
    ballot = _unrecused(script, ballot, key)
    card = next(each for each in cards_of(script, ballot.run) if each.key == key)
    turned = engine.turn_to(script, ballot.run, card.slots[0].key)
    changed = replace(ballot, run=turned.state, changing=key, page=0)
    return BallotStep(changed, _dressed(script, changed, turned.prompts, explains=True))


def _unrecused(script: Script, ballot: Ballot, key: str) -> Ballot:
    """The same ballot with this subject no longer passed over; its empty answers are let go."""
    if key not in ballot.recused:
        return ballot
    slots = {slot.key for slot in script.slots if card_key(slot) == key}
    answers = {other: answer for other, answer in ballot.run.answers.items() if other not in slots}
    recused = tuple(other for other in ballot.recused if other != key)
    return replace(ballot, run=replace(ballot.run, answers=answers), recused=recused)


def _back_to_summary(script: Script, ballot: Ballot) -> BallotStep:
    """回到汇总: what is answered by now stands; what is still open is asked."""
    step_ = engine.take_answers(script, ballot.run, {})
    return _after(script, replace(ballot, run=step_.state, changing=""), step_)


# Asking ------------------------------------------------------------------------------------------------


def _card(script: Script, ballot: Ballot) -> Card:
    """The card that the current question stands on."""
    at = card_key_of(script, Position(script, ballot.run).stop.slot.key)
    return next(card for card in cards_of(script, ballot.run) if card.key == at)


def _is_first_grade(script: Script, ballot: Ballot) -> bool:
    grades = _card(script, ballot).grades
    return bool(grades) and grades[0].key == ballot.run.at


def _asked_again(script: Script, ballot: Ballot, fault: BallotFault) -> BallotStep:
    return BallotStep(ballot, (fault, *_dressed(script, ballot, engine.current(script, ballot.run))))


def _dressed(
    script: Script, ballot: Ballot, prompts: tuple[Prompt, ...], *, explains: bool = False
) -> tuple[Prompt, ...]:
    """The engine's prompts with what a ballot offers besides: digits at once, 同上, 回避, the way back."""
    if ballot.run.stage != "asking":
        return prompts
    card = _card(script, ballot)
    said: list[Prompt] = []
    cards = cards_of(script, ballot.run)
    for prompt in prompts:
        if isinstance(prompt, AskPrompt):
            is_first = bool(card.grades) and card.grades[0].key == prompt.key
            may_be_joined = is_first and len(card.grades) > 1 and 0 < card.most_options <= 9
            if may_be_joined and (explains or card == cards[0]):
                said.append(AtOnce(len(card.grades), card.most_options))
            extra = []
            if is_first and any(other.is_judged for other in cards[: cards.index(card)]):
                extra.append(act(Act.SAME, commands.SAME))
            if card.is_judged:
                extra.append(act(Act.RECUSE, RECUSE))
            if ballot.changing:
                extra.append(act(Act.SUMMARY, BACK_TO_SUMMARY))
            prompt = replace(prompt, acts=(*extra, *prompt.acts))
        said.append(prompt)
    return tuple(said)
