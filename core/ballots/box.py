"""
A round's ballot box: made once, closed for everybody until enough witnesses bring their shares.

The private key is never stored. It exists for the moment in which the shares are made, and for the moment in
which they are put together again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ballots.codes import read_share, share_text
from core.ballots.errors import BadBox, NotOpenable
from core.ballots.models import BallotBox, Slip
from core.ballots.sealing import MAX_WITNESSES, Seed, Share, join
from core.ballots.slips import AUDIENCE
from core.questionnaires.model import Place, Questionnaire, Rating, Repeat, Text
from core.rounds.models import Round

MAX_NAME_CHARS = 20


@dataclass(frozen=True, slots=True)
class WitnessShare:
    """What one witness is given, once, on paper: their name and the share's characters."""

    witness: str
    share: str


def make_box(
    session: Session,
    entry: Round,
    questionnaire: Questionnaire,
    witnesses: Sequence[str],
    needed: int,
    now: datetime,
) -> list[WitnessShare]:
    """
    A box for the round, and its shares, which are kept nowhere; BadBox when it cannot be.

    As long as no slip was made, a box may be made anew: the shares before it are worth nothing then.
    """
    names = [name.strip() for name in witnesses]
    _refuse_bad_names(names, needed)
    _refuse_unfit(entry, questionnaire)
    there = session.get(BallotBox, entry.id, with_for_update=True)
    if there is not None:
        if session.scalar(select(Slip.hash).where(Slip.round_id == entry.id).limit(1)) is not None:
            raise BadBox(f"“{entry.name}”的投票箱已经在用（纸票已经做了），见证人的钥匙不能再换。")
        session.delete(there)
        session.flush()
    seed = Seed.new()
    session.add(
        BallotBox(
            round_id=entry.id,
            public_key=seed.public_key,
            needed=needed,
            witnesses=json.dumps(names, ensure_ascii=False),
            made_at=now,
        )
    )
    session.flush()
    shares = seed.split(needed, len(names))
    return [WitnessShare(name, share_text(share)) for name, share in zip(names, shares, strict=True)]


def find_box(session: Session, round_id: int) -> BallotBox:
    """The round's box; BadBox when it has none."""
    found = session.get(BallotBox, round_id)
    if found is None:
        raise BadBox("这次调查还没有投票箱。请先定下见证人、发给他们钥匙：ballots witnesses。")
    return found


def witnesses_of(box: BallotBox) -> list[str]:
    """Their names, in the order of the shares."""
    names: list[str] = json.loads(box.witnesses)
    return names


def seed_from(box: BallotBox, texts: Sequence[str]) -> Seed:
    """The seed, from shares as witnesses type them; NotOpenable, with the reason, when they do not fit."""
    given = [text for text in texts if text.strip()]
    shares: list[Share] = []
    for number, text in enumerate(given, start=1):
        share = read_share(text)
        if share is None:
            raise NotOpenable(f"第{number}份钥匙抄错了或不完整，请对照纸条再输一遍。")
        shares.append(share)
    distinct = len({share.number for share in shares})
    if distinct < box.needed:
        raise NotOpenable(f"要{box.needed}位见证人的钥匙才能打开，现在只有{distinct}份。")
    seed = join(shares, box.needed, box.public_key)
    if seed is None:
        raise NotOpenable("这几份钥匙打不开这个投票箱：有的不是这一次调查的。")
    return seed


def _refuse_bad_names(names: Sequence[str], needed: int) -> None:
    if not 2 <= len(names) <= MAX_WITNESSES:
        raise BadBox(f"见证人要有2到{MAX_WITNESSES}位。")
    if not 2 <= needed <= len(names):
        raise BadBox(f"开票需要的人数要在2到{len(names)}之间：一个人不能单独开票。")
    if len(set(names)) != len(names):
        raise BadBox("有的见证人写了两次。")
    if any(not 0 < len(name) <= MAX_NAME_CHARS or not name.isprintable() for name in names):
        raise BadBox(f"见证人的姓名要有1到{MAX_NAME_CHARS}个字。")


def _refuse_unfit(entry: Round, questionnaire: Questionnaire) -> None:
    """A questionnaire that a ballot cannot hold: no 不了解, voices, places, identifying questions."""
    if questionnaire.audience.who != AUDIENCE:
        raise BadBox(f"“{entry.name}”里没有给领导的问卷。")
    if not any(isinstance(question, Repeat) for question in questionnaire.questions):
        raise BadBox(f"问卷“{questionnaire.id}”没有逐个评价的对象（type: repeat）。")
    for question in questionnaire.walk():
        if isinstance(question, Rating) and all(option.score is not None for option in question.options):
            raise BadBox(f"问卷“{questionnaire.id}”的“{question.title}”没有“不了解”可选（score: null）。")
        if isinstance(question, Place) or (isinstance(question, Text) and question.allow != ("text",)):
            raise BadBox(
                f"问卷“{questionnaire.id}”的“{question.title}”不能放进选票：选票只收选项、数字和文字。"
            )
