"""
What is to be said, as the text of one chat bubble with one-tap links.

    render(prompts, Frame(round_id, run, office_name, office_phone, office_hours)) -> str

Words that come from questionnaires and people are made harmless on the way; the bot's own sentences stand
in `phrases`. A reply never exceeds 2,048 bytes (see `rendering/fit.py`); no prompts give ''.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from bot.rendering import ballots, desk, liaison, questions
from bot.rendering.around import Around
from bot.rendering.fit import LIMIT_BYTES, compose
from bot.rendering.pieces import Frame, Piece
from bot.tap_ids import BALLOT_DESK
from core.ballots import prompts as ballot
from core.conversation import prompts as say
from core.conversation.prompts import Prompt

__all__ = ["LIMIT_BYTES", "RENDERERS", "Frame", "render"]

# One renderer a kind of prompt. `Any`, because each takes its own kind.
RENDERERS: Mapping[type[Prompt], Callable[[Any, Around], Piece]] = MappingProxyType(
    {
        say.ConsentPrompt: questions.consent,
        say.NotePrompt: questions.note,
        say.AskPrompt: questions.ask,
        say.NotUnderstood: questions.not_understood,
        say.Problem: questions.problem,
        say.AnswerChanged: questions.changed,
        say.AnswerUnchanged: questions.unchanged,
        say.MoreWelcome: questions.more_welcome,
        say.AskWordMeant: questions.word_meant,
        say.Finished: questions.finished,
        say.EndedEarly: questions.ended_early,
        say.Declined: questions.declined,
        say.ChoosePlace: desk.choose_place,
        say.NotYetOpen: desk.not_yet_open,
        say.AlreadyClosed: desk.already_closed,
        say.NothingOpen: desk.nothing_open,
        say.UnknownCode: desk.unknown_code,
        say.Choose: desk.choose,
        say.AlreadyAnswered: desk.already_answered,
        say.StaleTap: desk.stale_tap,
        say.Resumed: desk.resumed,
        say.LateWords: desk.late_words,
        say.WasShed: desk.was_shed,
        say.HelpText: desk.help_text,
        say.HumanOffered: desk.human_offered,
        say.PhoneNoted: desk.phone_noted,
        say.Paused: desk.paused,
        say.NeverAgain: desk.never_again,
        say.OpinionNews: desk.opinion_news,
        say.WillTell: desk.will_tell,
        say.VoteNoted: desk.vote_noted,
        say.MyProgress: desk.my_progress,
        say.DataDeleted: desk.data_deleted,
        say.Kept: desk.kept,
        say.Welcome: desk.welcome,
        ballot.BallotFault: ballots.fault,
        ballot.AtOnce: ballots.at_once,
        ballot.Summary: ballots.summary,
        ballot.HandedIn: ballots.handed_in,
        ballot.BallotPaused: ballots.paused,
        ballot.BallotResumed: ballots.resumed,
        ballot.BallotHelp: ballots.help_text,
        ballot.BallotProgress: ballots.progress,
        ballot.Sure: ballots.sure,
        ballot.BallotDeleted: ballots.deleted,
        ballot.BallotDeclined: ballots.declined,
        ballot.RoundClosed: ballots.round_closed,
        ballot.Refusal: ballots.refusal,
        ballot.BallotLost: ballots.lost,
        ballot.OldLink: ballots.old_link,
        ballot.HowSecret: ballots.how_secret,
        **liaison.RENDERERS,
    }
)


# Nothing a person said or did stands in these, but for marks at what they picked; so the same words serve
# everybody who is asked the same, and most of what the bot says is one of them.
IMPERSONAL = frozenset({say.ConsentPrompt, say.NotePrompt, say.AskPrompt})
# About 2 kB each. Rounds, runs and questions that are asked at one time are far fewer.
REMEMBERED_REPLIES = 2048


def render(prompts: Sequence[Prompt], frame: Frame) -> str:
    """The prompts as one text, in their order; '' when there is nothing to say."""
    for prompt in prompts:
        if isinstance(prompt, ballot.BallotFrame):
            frame = replace(frame, desk=BALLOT_DESK, round_id=prompt.round_id, run=prompt.run)
            # Nothing of what a leader is asked is kept in memory among the words that serve everybody.
            return _render([other for other in prompts if other is not prompt], frame)
    if all(type(prompt) in IMPERSONAL for prompt in prompts):
        return _render_remembered(tuple(prompts), frame)
    return _render(prompts, frame)


def _render(prompts: Sequence[Prompt], frame: Frame) -> str:
    around = Around.of(prompts, frame)
    return compose([RENDERERS[type(prompt)](prompt, around) for prompt in prompts], frame.links)


@lru_cache(REMEMBERED_REPLIES)
def _render_remembered(prompts: tuple[Prompt, ...], frame: Frame) -> str:
    return _render(prompts, frame)
