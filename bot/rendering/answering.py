"""How a question may be answered, in one sentence: below the question, and after a misunderstanding."""

from bot import phrases
from bot.rendering.around import Question
from bot.rendering.plain_text import clean, clip
from core.conversation.prompts import AskPrompt, ChoosePlace

UNIT_CHARS = 10


def how_line(ask: AskPrompt) -> str:
    """The line below the question."""
    match ask.manner:
        case "one":
            return phrases.HOW_ONE
        case "several":
            return phrases.HOW_SEVERAL
        case "place":
            return phrases.HOW_PLACE
        case "number":
            return phrases.how_number(bounds(ask.low, ask.high), clip(clean(ask.unit), UNIT_CHARS))
        case "media":
            return phrases.HOW_MEDIA
        case "other_words":
            return phrases.HOW_OTHER_WORDS
        case "text":
            return phrases.HOW_TEXT


def how_line_typed(ask: AskPrompt) -> str:
    """The line below a question whose options cannot be tapped."""
    match ask.manner:
        case "several":
            return phrases.HOW_SEVERAL_TYPED
        case "place":
            return phrases.HOW_PLACE_TYPED
        case "one":
            return phrases.HOW_ONE_TYPED
        case _:
            return how_line(ask)


def how_sentence(question: Question | None, *, typed: bool) -> str:
    """The sentence after a misunderstanding. `typed`: nothing can be tapped."""
    if question is None:
        return phrases.SEE_HELP
    if isinstance(question, ChoosePlace) or (isinstance(question, AskPrompt) and question.manner == "place"):
        return phrases.TYPE_A_PLACE if typed else phrases.CHOOSE_A_PLACE
    if not isinstance(question, AskPrompt):
        return _one((question.agree.number, question.decline.number), typed=typed)
    if question.manner == "number":
        return f"{how_line(question)}。"
    if question.manner in ("text", "media", "other_words"):
        return phrases.TYPE_YOUR_ANSWER
    numbers = tuple(choice.number for choice in question.choices if choice.number)
    if question.manner == "several" and numbers:
        say = phrases.type_several if typed else phrases.tap_or_type_several
        return say(min(numbers), max(numbers))
    return _one(numbers, typed=typed)


def bounds(low: float | None, high: float | None) -> str:
    """The bounds of a number in words, '' where there are none."""
    return phrases.between(_number(low), _number(high)).strip()


def _one(numbers: tuple[int, ...], *, typed: bool) -> str:
    real = [number for number in numbers if number]
    if not real:
        return phrases.TYPE_THE_NUMBER if typed else phrases.TAP_ONE
    return (phrases.type_one if typed else phrases.tap_or_type)(min(real), max(real))


def _number(value: float | None) -> str:
    """`18`, not `18.0`; at most 12 digits."""
    return "" if value is None else f"{value:.12g}"
