"""Pieces for what a leader's ballot says."""

from bot import ballot_phrases, phrases
from bot.rendering.around import Around
from bot.rendering.pieces import Piece
from bot.rendering.plain_text import clean, quote
from core.ballots import prompts as say

TITLE_CHARS = 40


def fault(prompt: say.BallotFault, around: Around) -> Piece:
    """Digits, 同上 or 回避 that cannot be taken."""
    match prompt.kind:
        case "count":
            words = ballot_phrases.count_fault(prompt.want, prompt.got)
        case "range":
            words = ballot_phrases.range_fault(prompt.high)
        case "other":
            words = ballot_phrases.other_fault(prompt.want, prompt.high)
        case "nothing_above":
            words = ballot_phrases.NOTHING_ABOVE
        case "not_here":
            words = ballot_phrases.NOT_HERE
    return Piece(text=words, passing=True)


def at_once(prompt: say.AtOnce, around: Around) -> Piece:
    """Grades may be written together."""
    return Piece(text=ballot_phrases.at_once(prompt.count, prompt.high), passing=True)


def summary(prompt: say.Summary, around: Around) -> Piece:
    """The whole ballot, a line a county."""
    return Piece(
        text=ballot_phrases.SUMMARY_TITLE,
        options=tuple(around.choice(line.change, line.slot) for line in prompt.lines),
        acts=(around.act(prompt.hand_in, 0),),
        how_typed=ballot_phrases.SUMMARY_TYPED,
        title=ballot_phrases.SUMMARY_PAGE_TITLE,
        page=prompt.page,
        more=around.more(0),
        is_place_list=True,
    )


def handed_in(prompt: say.HandedIn, around: Around) -> Piece:
    """Sealed; no receipt."""
    return Piece(text=f"{ballot_phrases.HANDED_IN}{clean(prompt.thanks)}\n{ballot_phrases.PRIVACY}")


def paused(prompt: say.BallotPaused, around: Around) -> Piece:
    """Set aside."""
    return Piece(text=ballot_phrases.paused(prompt.days, phrases.moment(prompt.closes_at)))


def resumed(prompt: say.BallotResumed, around: Around) -> Piece:
    """Back again."""
    return Piece(text=ballot_phrases.resumed(quote(prompt.title, TITLE_CHARS)), passing=True)


def help_text(prompt: say.BallotHelp, around: Around) -> Piece:
    """What can be said here."""
    return Piece(text=ballot_phrases.HELP)


def progress(prompt: say.BallotProgress, around: Around) -> Piece:
    """How far it is."""
    title = quote(prompt.title, TITLE_CHARS)
    words = (
        ballot_phrases.progress(title, *prompt.progress)
        if prompt.progress
        else ballot_phrases.complete(title)
    )
    return Piece(text=words, passing=True)


def sure(prompt: say.Sure, around: Around) -> Piece:
    """Asked once before something is lost."""
    words = ballot_phrases.RESTART_SURE if prompt.kind == "restart_sure" else ballot_phrases.DELETE_SURE
    return Piece(
        text=words,
        options=tuple(around.choice(choice, 0) for choice in prompt.choices),
        how_typed=phrases.HOW_ONE_TYPED,
    )


def deleted(prompt: say.BallotDeleted, around: Around) -> Piece:
    """What was filled in is gone."""
    return Piece(text=ballot_phrases.DELETED)


def declined(prompt: say.BallotDeclined, around: Around) -> Piece:
    """Not now."""
    return Piece(text=ballot_phrases.DECLINED)


def round_closed(prompt: say.RoundClosed, around: Around) -> Piece:
    """Too late."""
    return Piece(text=ballot_phrases.round_closed(phrases.moment(prompt.closes_at), prompt.days))


def refusal(prompt: say.Refusal, around: Around) -> Piece:
    """A slip that cannot be used, in one sentence."""
    return Piece(text=clean(prompt.words))


def lost(prompt: say.BallotLost, around: Around) -> Piece:
    """A key is gone with a disk."""
    return Piece(text=ballot_phrases.LOST)


def old_link(prompt: say.OldLink, around: Around) -> Piece:
    """A link of another ballot."""
    return Piece(text=ballot_phrases.OLD_LINK)


def how_secret(prompt: say.HowSecret, around: Around) -> Piece:
    """Where it is explained."""
    return Piece(text=ballot_phrases.how_secret(clean(prompt.address)) if prompt.address else "")
