"""
What the office does with opinions: marking, merging, striking out, typing up. Takes a session, never commits.

Everything done is added to the opinion's history, and everything but destroying an original can be taken
back.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.errors import Refused
from core.opinions.inbox import NoSuchOpinion
from core.opinions.models import Opinion, OpinionAct
from core.opinions.states import BY_HAND, Act, State
from core.opinions.striking import MAX_PIECE_CHARS, MAX_PIECES, Piece, struck
from core.opinions.words import refresh
from core.people.keys import KeyRing
from core.responses.models import AnswerRow

MAX_AT_ONCE = 500
MAX_TYPED_CHARS = 2_000


class NothingChosen(Refused):
    """An act on several opinions, and none was named."""

    say = "还没有选意见。请先在左边打勾，再点要做的事。"


class TooManyChosen(Refused):
    """More opinions at once than one transaction should hold."""

    say = f"一次最多选{MAX_AT_ONCE}条。请分几次办。"


class NotByHand(Refused):
    """A state that follows from something else."""

    say = "“已转整改”不能直接改：请用“转为整改事项”。"


class HasItem(Refused):
    """An item was made of it; its state follows the item."""

    say = "这条已经转为整改事项，状态跟着整改走，不能直接改。"


class MergedElsewhere(Refused):
    """It is part of another opinion."""

    say = "这条已经合并到别的意见里。请先撤销合并，或者到那一条上去办。"


class NothingToMerge(Refused):
    """Fewer than two."""

    say = "合并至少要两条。请多选一条。"


class NothingStruck(Refused):
    """None of the words stands in the text."""

    say = "原话里没有这些字，什么都没有改。请照着原话一字不差地填。"


class TooMuchToStrike(Refused):
    """More words than anybody fills in by hand."""

    say = f"一次最多隐去{MAX_PIECES}处，每处最多{MAX_PIECE_CHARS}个字。"


class OriginalGone(Refused):
    """The strike can no longer be taken back."""

    say = "原话已经销毁，恢复不了。"


class TooLong(Refused):
    """A voice typed up at too great a length."""

    say = f"听写最多{MAX_TYPED_CHARS}个字，请短一点。"


def mark(session: Session, opinion_ids: Collection[int], state: State, staff_id: int, now: datetime) -> int:
    """Set the state of these opinions; how many changed. Those an item was made of are left as they are."""
    if state not in BY_HAND:
        raise NotByHand
    rows = _chosen(session, opinion_ids)
    if len(rows) == 1 and rows[0].item_number is not None:
        raise HasItem
    changed = [row for row in rows if row.state != state and row.item_number is None]
    for row in changed:
        _note(session, row.id, Act.MARK, staff_id, now, f"{row.state}>{state}")
        row.state = state.value
    return len(changed)


def states_of(session: Session, opinion_ids: Collection[int]) -> dict[int, State]:
    """How these stand now; NoSuchOpinion when one is not there."""
    return {row.id: State(row.state) for row in _chosen(session, opinion_ids)}


def merge(session: Session, opinion_ids: Collection[int], staff_id: int, now: datetime) -> int:
    """
    Merge opinions that say the same; the number of the one they are now part of.

    That is the one an item was made of, else the oldest. What was merged into one of them goes along.
    """
    rows = _chosen(session, opinion_ids)
    if len(rows) < 2:
        raise NothingToMerge
    if any(row.merged_into is not None for row in rows):
        raise MergedElsewhere
    into = min(rows, key=lambda row: (row.item_number is None, row.id))
    for row in rows:
        if row is into:
            continue
        if row.item_number is not None:
            raise HasItem("选中的意见里有两条都已转为整改事项。请到整改事项里合并。")
        session.execute(update(Opinion).where(Opinion.merged_into == row.id).values(merged_into=into.id))
        row.merged_into = into.id
        _note(session, row.id, Act.MERGE, staff_id, now, f"{into.id}")
    _note(session, into.id, Act.MERGE, staff_id, now, f"+{len(rows) - 1}")
    return into.id


def unmerge(session: Session, opinion_id: int, staff_id: int, now: datetime) -> None:
    """Let an opinion stand on its own again, in the state it had."""
    row = _chosen(session, [opinion_id])[0]
    if row.merged_into is None:
        return
    _note(session, row.merged_into, Act.UNMERGE, staff_id, now, f"-{row.id}")
    _note(session, row.id, Act.UNMERGE, staff_id, now, f"{row.merged_into}")
    row.merged_into = None


def strike(
    session: Session, keys: KeyRing, opinion_id: int, pieces: Sequence[Piece], staff_id: int, now: datetime
) -> None:
    """
    Take these words out of what was said, wherever it is read from now on: screens, exports. An item
    that was made of it has words of its own.

    What was said before is kept encrypted for a while, so that a mistake can be taken back (`unstrike`).
    NothingStruck when none of the words stands there.
    """
    if len(pieces) > MAX_PIECES or any(len(piece.words) > MAX_PIECE_CHARS for piece in pieces):
        raise TooMuchToStrike
    row = _chosen(session, [opinion_id])[0]
    before = session.scalar(select(AnswerRow.text).where(*_answer_of(row))) or ""
    typed_before = row.typed or ""
    after, typed_after = struck(before, pieces), struck(typed_before, pieces)
    if (after, typed_after) == (before, typed_before):
        raise NothingStruck
    if row.original is None:
        row.original = keys.wrap(f"{before}\0{typed_before}".encode())
    row.struck_at = now
    row.typed = typed_after or None
    if before:
        session.execute(update(AnswerRow).where(*_answer_of(row)).values(text=after))
    _index(session, row)
    _note(session, row.id, Act.STRIKE, staff_id, now, f"{len(pieces)}")


def unstrike(session: Session, keys: KeyRing, opinion_id: int, staff_id: int, now: datetime) -> None:
    """Put back what was said; OriginalGone once it was destroyed."""
    row = _chosen(session, [opinion_id])[0]
    if row.original is None:
        raise OriginalGone
    before, _, typed_before = keys.unwrap(row.original).decode().partition("\0")
    if before:
        session.execute(update(AnswerRow).where(*_answer_of(row)).values(text=before))
    row.typed = typed_before or None
    row.original = row.struck_at = None
    _index(session, row)
    _note(session, row.id, Act.UNSTRIKE, staff_id, now)


def type_up(session: Session, opinion_id: int, words: str, staff_id: int, now: datetime) -> None:
    """Keep what the office heard in a voice message; '' takes it away."""
    words = words.strip()
    if len(words) > MAX_TYPED_CHARS:
        raise TooLong
    row = _chosen(session, [opinion_id])[0]
    if (row.typed or "") == words:
        return
    row.typed = words or None
    _index(session, row)
    _note(session, row.id, Act.TYPE_UP, staff_id, now, f"{len(words)}")


def _chosen(session: Session, opinion_ids: Collection[int]) -> Sequence[Opinion]:
    """These opinions, locked, in the order of their numbers; NoSuchOpinion when one is not there."""
    wanted = set(opinion_ids)
    if not wanted:
        raise NothingChosen
    if len(wanted) > MAX_AT_ONCE:
        raise TooManyChosen
    query = select(Opinion).where(Opinion.id.in_(wanted), Opinion.gone != "erased").order_by(Opinion.id)
    rows = session.scalars(query.with_for_update()).all()
    if len(rows) < len(wanted):
        raise NoSuchOpinion
    return rows


def _answer_of(row: Opinion) -> Iterable[ColumnElement[bool]]:
    return (
        AnswerRow.response_id == row.response_id,
        AnswerRow.question == row.question,
        AnswerRow.item == row.item,
    )


def _index(session: Session, row: Opinion) -> None:
    """What it now says is what it is found by, and nothing else."""
    session.flush()
    refresh(session.connection(), [row.id])


def _note(
    session: Session, opinion_id: int, act: Act, staff_id: int, now: datetime, detail: str = ""
) -> None:
    session.add(OpinionAct(opinion_id=opinion_id, at=now, staff_id=staff_id, act=act.value, detail=detail))
