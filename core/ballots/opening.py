"""
Opening the box: after closing, with enough witnesses' shares, for everybody at the same moment.

The private key is put together in memory, every ballot in the urn is opened in memory, and what comes out is
counted; single ballots are written nowhere. The urn stays as it is, so that witnesses may have it counted
again. Ballots that were held back are let go of, unread.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ballots.box import find_box, seed_from, witnesses_of
from core.ballots.contents import read_ballot
from core.ballots.drafts import let_go
from core.ballots.errors import NotOpenable
from core.ballots.mixing import LEAST
from core.ballots.models import BallotDraft, BallotResult, UrnBallot
from core.ballots.sealing import CannotOpen, unseal
from core.ballots.status import Status, status_of
from core.ballots.tally import tally
from core.clock import in_words
from core.conversation.script import Script
from core.rounds.models import Round


def open_box(
    session: Session, script: Script, round_id: int, shares: Sequence[str], now: datetime
) -> BallotResult:
    """Open, count and store the result; NotOpenable with the reason. Opening again counts again."""
    box = find_box(session, round_id)
    entry = session.get_one(Round, round_id)
    status = status_of(session.connection(), round_id, now)
    assert status is not None
    _refuse_too_early(entry, status, now)
    key = seed_from(box, shares).private_key
    sealed = session.scalars(select(UrnBallot.sealed).where(UrnBallot.round_id == round_id)).all()
    try:
        casts = [read_ballot(unseal(each, key)) for each in sealed]
    except CannotOpen as error:
        raise NotOpenable("票柜里有一张票打不开，数据库可能被改过。请找技术人员，先不要开票。") from error
    if len(casts) < LEAST:
        raise NotOpenable(f"票柜里只有{len(casts)}张票，少于{LEAST}张，不能开：会看出是谁投的。")
    before = session.get(BallotResult, round_id)
    figures = _frame(entry, script, status, box.needed, witnesses_of(box), before, now)
    figures |= tally(script, casts)
    result = json.dumps(figures, ensure_ascii=False, sort_keys=True)
    checksum = hashlib.sha256(result.encode()).hexdigest()
    if before is None:
        before = BallotResult(round_id=round_id, result=result, checksum=checksum, opened_at=now)
        session.add(before)
        _let_go_of_held_back(session, round_id)
    else:
        before.result, before.checksum, before.opened_at = result, checksum, now
    session.flush()
    return before


def result_of(session: Session, round_id: int) -> dict[str, Any]:
    """What was counted; NotOpenable while the box is closed, for everybody."""
    found = session.get(BallotResult, round_id)
    if found is None:
        raise NotOpenable("还没有开票。截止以后，见证人到齐才能打开。")
    figures: dict[str, Any] = json.loads(found.result)
    return figures | {"checksum": found.checksum}


def _refuse_too_early(entry: Round, status: Status, now: datetime) -> None:
    if not status.is_over:
        raise NotOpenable(f"“{entry.name}”还没有结束（{in_words(entry.closes_at, now)}截止），谁也不能开票。")
    if status.paper_open:
        raise NotOpenable(f"还有{status.paper_open}份纸质评价没有录入，录完再开票。")
    if status.waiting >= LEAST:
        raise NotOpenable("还有选票正在混票，请过一两分钟再开。")
    if not status.is_opened and not status.adds_up:
        raise NotOpenable(
            f"数目对不上：纸票用了{status.used}张，选票有{status.in_urn + status.waiting}张。"
            "请找技术人员，先不要开票。"
        )


def _frame(
    entry: Round, script: Script, status: Status, needed: int, witnesses: list[str],
    before: BallotResult | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """What stands around the figures on the protocol."""
    questionnaire = script.questionnaire
    held_back = json.loads(before.result)["held_back"] if before else status.held_back
    return {
        "round": entry.name,
        "closed_at": entry.closes_at.isoformat(),
        "opened_at": now.isoformat(),
        "questionnaire": f"{questionnaire.id} 第{questionnaire.version}版",
        "content_hash": questionnaire.content_hash,
        "title": questionnaire.title,
        "slips_made": status.slips,
        "slips_used": status.used,
        "paper": status.paper_keyed,
        "held_back": held_back,
        "refused": status.refused,
        "needed": needed,
        "witnesses": witnesses,
    }


def _let_go_of_held_back(session: Session, round_id: int) -> None:
    """Too few to hide among: nobody will ever read them."""
    rest = session.execute(
        select(BallotDraft.id, BallotDraft.key_name).where(BallotDraft.round_id == round_id)
    ).all()
    let_go(session.connection(), [(row.id, row.key_name) for row in rest])
