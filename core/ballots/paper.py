"""
Ballots on paper: the slip is torn off and marked as used; the sheet, which has no number, is keyed in later.

Nothing joins the two: marking notes no sheet, keying no slip. Only the counts must agree.
"""

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.ballots.cards import card_key, cards_of, digits_at_once, graded
from core.ballots.codes import read_slip
from core.ballots.contents import Cast, Sizes
from core.ballots.draft_keys import DraftKeys
from core.ballots.drafts import hand_in_paper
from core.ballots.errors import AlreadyUsed, BadPaper
from core.ballots.models import BallotBox, BallotResult, Slip
from core.ballots.slips import Hasher, use_slip
from core.conversation.script import Script
from core.conversation.state import Answer, RunState

RECUSED = "回避"
_REFUSED = "这张票不能用：编号不对，或者已经用过。连着它的那份纸质评价不能算数。"


def mark_slip(session: Session, hasher: Hasher, round_id: int, words: str) -> None:
    """
    The slip of a paper ballot is used now; BadPaper for one that is not this round's or was used before.

    Also after closing, as long as the box is not opened: what is on paper was filled in before.
    """
    code = read_slip(words)
    if code is None:
        raise BadPaper("编号要有10个字符，抄错了一位就认不出来。请对照纸票再输一遍。")
    if session.get(BallotResult, round_id) is not None:
        raise BadPaper("已经开过票，不能再登记纸质评价。")
    slip = session.get(Slip, hasher.slip(code))
    if slip is None or slip.round_id != round_id:
        raise BadPaper(_REFUSED)
    try:
        use_slip(session.connection(), slip.hash)
    except AlreadyUsed:
        raise BadPaper(_REFUSED) from None
    session.execute(
        update(BallotBox)
        .where(BallotBox.round_id == round_id)
        .values(paper_marked=BallotBox.paper_marked + 1)
    )


def key_in(
    session: Session, keys: DraftKeys, script: Script, round_id: int, rows: Mapping[str, tuple[str, str]]
) -> None:
    """
    One sheet: by card key the digits (or 回避) and a comment. BadPaper lists all faults.

    Sealed and waiting like any other ballot when this returns.
    """
    cast = _cast(script, rows)
    changed = session.connection().execute(
        update(BallotBox)
        .where(BallotBox.round_id == round_id, BallotBox.paper_keyed < BallotBox.paper_marked)
        .values(paper_keyed=BallotBox.paper_keyed + 1)
    )
    if changed.rowcount != 1:
        raise BadPaper("登记过的纸票都已经录完了。请先把这份纸票登记为“已使用”，再录入。")
    hand_in_paper(session.connection(), keys, Sizes.of(script), round_id, cast)


def _cast(script: Script, rows: Mapping[str, tuple[str, str]]) -> Cast:
    faults: list[str] = []
    answers: dict[str, Answer] = {}
    recused: list[str] = []
    for card in cards_of(script, RunState(channel="paper")):
        digits, comment = rows.get(card.key, ("", ""))
        texts = [slot for slot in card.slots if slot.question.type == "text"]
        if comment.strip() and texts:
            most = getattr(texts[-1].question, "max_length", 0)
            if len(comment.strip()) > most:
                faults.append(f"{card.name}：意见最多{most}个字。")
            answers[texts[-1].key] = Answer(text=comment.strip())
        if not card.is_judged or not card.grades:
            continue
        if digits.strip() == RECUSED:
            recused.append(card_key(card.slots[0]))
            continue
        found = digits_at_once(digits)
        values = found.values if found else ()
        if len(values) != len(card.grades) or any(
            value is None or not 1 <= value <= card.most_options for value in values
        ):
            faults.append(
                f"{card.name}：要{len(card.grades)}个1到{card.most_options}的数字，或者写“{RECUSED}”。"
            )
            continue
        answers |= graded(card, tuple(value for value in values if value is not None))
    if faults:
        raise BadPaper("\n".join(faults))
    return Cast(answers, tuple(recused))
