"""Pieces for what a questionnaire says: consent, notes, questions, and what came of an answer."""

from bot import phrases
from bot.rendering.answering import bounds, how_line, how_line_typed, how_sentence
from bot.rendering.around import Around
from bot.rendering.pieces import Piece
from bot.rendering.plain_text import clean, quote
from core.conversation.inputs import Act
from core.conversation.prompts import (
    AnswerChanged,
    AnswerUnchanged,
    AskPrompt,
    AskWordMeant,
    ConsentPrompt,
    Declined,
    EndedEarly,
    Finished,
    MoreWelcome,
    NotePrompt,
    NotUnderstood,
    Problem,
)


def consent(prompt: ConsentPrompt, around: Around) -> Piece:
    """The first bubble."""
    paragraphs = (
        clean(prompt.title),
        clean(prompt.intro),
        clean(prompt.text) + (f"\n{phrases.min_age(prompt.min_age)}" if prompt.min_age is not None else ""),
    )
    return Piece(
        text="\n".join(filter(None, paragraphs)),
        options=(around.choice(prompt.agree, 0), around.choice(prompt.decline, 0)),
        how="" if around.how_was_said else phrases.HOW_ONE,
        how_typed=phrases.HOW_ONE_TYPED,
        title=clean(prompt.title),
        page=prompt.page,
        more=around.more(0),
    )


def note(prompt: NotePrompt, around: Around) -> Piece:
    """Words without an answer."""
    return Piece(text=clean(prompt.text))


def ask(prompt: AskPrompt, around: Around) -> Piece:
    """A question with its options and acts."""
    progress = phrases.progress(*prompt.progress) if prompt.progress else ""
    title = f"{progress}{clean(prompt.title)}"
    # The engine cannot know whether there are more parts; `fit` adds that act where there are.
    acts = [act for act in prompt.acts if act.choice != Act.MORE]
    shows_how = prompt.show_manner and not around.how_was_said
    return Piece(
        text=title,
        help=clean(prompt.help),
        options=tuple(around.choice(choice, prompt.slot) for choice in prompt.choices),
        acts=tuple(around.act(act, prompt.slot) for act in acts),
        how=how_line(prompt) if shows_how else "",
        how_typed=how_line_typed(prompt) if not around.how_was_said else "",
        title=title,
        page=prompt.page,
        more=around.more(prompt.slot),
        is_place_list=prompt.manner == "place",
    )


def not_understood(prompt: NotUnderstood, around: Around) -> Piece:
    """The person's own words, how to answer, and from the third time on a human."""
    quoted = quote(prompt.words)

    def said(*, typed: bool) -> str:
        how = how_sentence(around.question, typed=typed)
        sentence = (
            phrases.not_understood(quoted, how)
            if clean(prompt.words)
            else phrases.NOT_UNDERSTOOD_AT_ALL + how
        )
        if not prompt.offer_human:
            return sentence
        return f"{sentence}\n{phrases.OFFER_HUMAN_TYPED if typed else phrases.OFFER_HUMAN}"

    return Piece(
        text=said(typed=False),
        text_typed=said(typed=True),
        acts=(around.human(),) if prompt.offer_human else (),
        passing=True,
    )


def problem(prompt: Problem, around: Around) -> Piece:
    """Why an answer cannot be taken, and what to do instead."""
    return Piece(
        text=_problem(prompt, how_sentence(around.question, typed=False)),
        text_typed=_problem(prompt, how_sentence(around.question, typed=True)),
        passing=True,
    )


def _problem(prompt: Problem, how: str) -> str:
    quoted = quote(prompt.words)
    match prompt.kind:
        case "too_long":
            return phrases.too_long(prompt.limit, prompt.got)
        case "too_short":
            return phrases.too_short(prompt.limit, prompt.got)
        case "pattern":
            return phrases.pattern(quoted)
        case "too_many_choices":
            return phrases.too_many_choices(prompt.limit)
        case "too_few_choices":
            return phrases.too_few_choices(prompt.limit)
        case "exclusive":
            return phrases.exclusive(quoted)
        case "number_range":
            return phrases.number_range(bounds(prompt.low, prompt.high))
        case "not_whole":
            return phrases.NOT_WHOLE
        case "too_many_photos":
            return phrases.too_many_photos(prompt.limit)
        case "required":
            return phrases.REQUIRED
        case "voice_not_here":
            return phrases.VOICE_NOT_HERE + how
        case "photo_not_here":
            return phrases.PHOTO_NOT_HERE + how
        case "kind_not_here":
            return phrases.KIND_NOT_HERE + how
        case "place_not_found":
            return phrases.place_not_found(quoted)
        case "place_ambiguous":
            return phrases.place_ambiguous(quoted)
        case "no_previous":
            return phrases.NO_PREVIOUS
        case "needs_text":
            return phrases.NEEDS_TEXT


def changed(prompt: AnswerChanged, around: Around) -> Piece:
    """An earlier answer now reads otherwise."""
    which = phrases.which_answer(prompt.number, quote(prompt.title))
    label = quote(prompt.label) if prompt.label else ""
    return Piece(text=phrases.answer_changed(which, label, prompt.dropped), passing=True)


def unchanged(prompt: AnswerUnchanged, around: Around) -> Piece:
    """An earlier answer was tapped again."""
    which = phrases.which_answer(prompt.number, quote(prompt.title))
    label = quote(prompt.label) if prompt.label else ""
    return Piece(text=phrases.answer_unchanged(which, label), passing=True)


def more_welcome(prompt: MoreWelcome, around: Around) -> Piece:
    """Part of an open answer is in; what may follow."""
    return Piece(
        text=phrases.more_welcome(prompt.text, prompt.voice, prompt.photos_left),
        passing=True,
    )


def word_meant(prompt: AskWordMeant, around: Around) -> Piece:
    """A command word inside an open question."""
    slot = around.slot
    return Piece(
        text=phrases.word_meant(quote(prompt.word)),
        options=(around.choice(prompt.as_act, slot), around.choice(prompt.as_answer, slot)),
        how_typed=phrases.HOW_ONE_TYPED,
    )


def finished(prompt: Finished, around: Around) -> Piece:
    """The end."""
    lines = (clean(prompt.thanks), phrases.CAN_CHANGE if prompt.can_change else "")
    return Piece(text="\n".join(filter(None, lines)))


def ended_early(prompt: EndedEarly, around: Around) -> Piece:
    """
    An option ended it.

    The questionnaire's thanks speak of answers that were handed in, so they are not said here.
    """
    endings = {"refused": phrases.REFUSED, "callback": phrases.CALLBACK}
    return Piece(text=endings.get(prompt.outcome, phrases.INELIGIBLE))


def declined(prompt: Declined, around: Around) -> Piece:
    """Consent was not given."""
    return Piece(text=phrases.DECLINED)
