"""Pieces for what the desk says, outside any questionnaire."""

from bot import phrases
from bot.rendering.around import Around
from bot.rendering.pieces import Piece
from bot.rendering.plain_text import clean, clip, quote
from core.clock import day_in_words
from core.conversation.prompts import (
    AlreadyAnswered,
    AlreadyClosed,
    Choose,
    ChoosePlace,
    DataDeleted,
    HelpText,
    HumanOffered,
    Kept,
    LateWords,
    MyProgress,
    NeverAgain,
    NothingOpen,
    NotYetOpen,
    OpinionNews,
    Paused,
    PhoneNoted,
    Resumed,
    StaleTap,
    UnknownCode,
    VoteNoted,
    WasShed,
    Welcome,
    WillTell,
)

# A questionnaire's title has at most 40 characters; longer ones are cut.
TITLE_CHARS = 40
TITLES_LISTED = 5
OPINIONS_LISTED = 3
UNIT_CHARS = 20
ASKED_CHARS = 60


def _title(words: str) -> str:
    return quote(words, TITLE_CHARS)


def choose_place(prompt: ChoosePlace, around: Around) -> Piece:
    """Which county, then which township."""
    question = phrases.which_within(clean(prompt.within)) if prompt.within else phrases.WHICH_COUNTY
    hello = phrases.greeting(clean(around.frame.office_name)) if prompt.greet else ""
    return Piece(
        text=f"{hello}{question}",
        options=tuple(around.choice(choice, 0) for choice in prompt.choices),
        how="" if around.how_was_said or not prompt.choices else phrases.HOW_PLACE,
        how_typed=phrases.HOW_PLACE_TYPED,
        title=question,
        page=prompt.page,
        more=around.more(0),
        is_place_list=True,
    )


def not_yet_open(prompt: NotYetOpen, around: Around) -> Piece:
    """The round opens later."""
    return Piece(text=phrases.not_yet_open(_title(prompt.title), phrases.moment(prompt.opens_at)))


def already_closed(prompt: AlreadyClosed, around: Around) -> Piece:
    """The round is over."""
    closed = phrases.moment(prompt.closes_at)
    return Piece(text=phrases.already_closed(_title(prompt.title), clean(prompt.words), closed))


def nothing_open(prompt: NothingOpen, around: Around) -> Piece:
    """No round is open."""
    return Piece(text=phrases.NOTHING_OPEN)


def unknown_code(prompt: UnknownCode, around: Around) -> Piece:
    """The code means nothing to us."""
    return Piece(text=phrases.UNKNOWN_CODE)


def choose(prompt: Choose, around: Around) -> Piece:
    """A short question with a few acts."""
    title = _title(prompt.title)
    words = {
        "go_on_or_restart": phrases.go_on_or_restart(title),
        "finish_first": phrases.finish_first(title, _title(prompt.other)),
        "answer_anew": phrases.answer_anew(title),
        "restart_sure": phrases.RESTART_SURE,
        "quit": phrases.QUIT,
        "delete_sure": phrases.DELETE_SURE,
        "tell_outcome": phrases.TELL_OUTCOME,
        "is_fixed": phrases.is_fixed(quote(prompt.title, ASKED_CHARS)),
    }
    return Piece(
        text=words[prompt.kind],
        options=tuple(around.choice(choice, 0) for choice in prompt.choices),
        how_typed=phrases.HOW_ONE_TYPED if any(choice.number for choice in prompt.choices) else "",
    )


def already_answered(prompt: AlreadyAnswered, around: Around) -> Piece:
    """One answer only, and it is in."""
    return Piece(text=phrases.already_answered(_title(prompt.title)))


def stale_tap(prompt: StaleTap, around: Around) -> Piece:
    """The tapped link belongs to something that is over."""
    words = {
        "round": phrases.STALE_ROUND,
        "run": phrases.STALE_RUN,
        "nothing": phrases.STALE_NOTHING,
    }
    return Piece(text=words[prompt.of], passing=True)


def resumed(prompt: Resumed, around: Around) -> Piece:
    """Back after a pause."""
    return Piece(text=phrases.resumed(_title(prompt.title)), passing=True)


def late_words(prompt: LateWords, around: Around) -> Piece:
    """Typed words that came too late."""
    return Piece(text=phrases.late_words(quote(prompt.words)), passing=True)


def was_shed(prompt: WasShed, around: Around) -> Piece:
    """Their last message was not taken."""
    return Piece(text=phrases.WAS_SHED, passing=True)


def help_text(prompt: HelpText, around: Around) -> Piece:
    """What can be said here."""
    return Piece(text=phrases.HELP)


def human_offered(prompt: HumanOffered, around: Around) -> Piece:
    """The office's number and hours."""
    frame = around.frame
    return Piece(text=phrases.human(clean(frame.office_phone), clean(frame.office_hours)))


def phone_noted(prompt: PhoneNoted, around: Around) -> Piece:
    """Their number was kept."""
    return Piece(text=phrases.PHONE_NOTED, passing=True)


def paused(prompt: Paused, around: Around) -> Piece:
    """Stopped for now."""
    return Piece(text=phrases.paused(phrases.moment(prompt.closes_at) if prompt.closes_at else ""))


def never_again(prompt: NeverAgain, around: Around) -> Piece:
    """Not asked again."""
    return Piece(text=phrases.NEVER_AGAIN)


def my_progress(prompt: MyProgress, around: Around) -> Piece:
    """What is under way, and what was handed in."""
    if prompt.progress is not None:
        now = phrases.my_progress(_title(prompt.title), *prompt.progress)
    else:
        now = phrases.my_current(_title(prompt.title)) if prompt.title else phrases.NOTHING_UNDER_WAY
    listed = [_title(title) for title in prompt.done[:TITLES_LISTED]]
    done = phrases.my_done(listed, len(prompt.done)) if listed else ""
    opinions = [_news(news) for news in prompt.opinions[-OPINIONS_LISTED:]]
    return Piece(text="\n".join(filter(None, (now, done, *opinions))))


def opinion_news(prompt: OpinionNews, around: Around) -> Piece:
    """What became of what they said."""
    return Piece(text=_news(prompt), passing=True)


def will_tell(prompt: WillTell, around: Around) -> Piece:
    """They will be told, or not."""
    return Piece(text=phrases.WILL_TELL if prompt.yes else phrases.WILL_NOT_TELL)


def vote_noted(prompt: VoteNoted, around: Around) -> Piece:
    """Their answer was counted."""
    return Piece(text=phrases.VOTE_TOO_LATE if prompt.is_over else phrases.VOTE_NOTED, passing=True)


def _news(news: OpinionNews) -> str:
    return phrases.opinion_news(day_in_words(news.said_at), news.state, clip(clean(news.by), UNIT_CHARS))


def data_deleted(prompt: DataDeleted, around: Around) -> Piece:
    """What ties answers to them is gone."""
    return Piece(text=phrases.DATA_DELETED)


def kept(prompt: Kept, around: Around) -> Piece:
    """All stays as it was."""
    return Piece(text=phrases.KEPT, passing=True)


def welcome(prompt: Welcome, around: Around) -> Piece:
    """Nothing to ask now."""
    return Piece(text=phrases.greeting(clean(around.frame.office_name)) + phrases.WELCOME)
