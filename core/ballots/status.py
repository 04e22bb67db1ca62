"""How a round's ballot stands: slips, ballots on their way, the urn; counts only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.ballots.mixing import LEAST
from core.ballots.models import BallotBox, BallotDraft, BallotResult, UrnBallot
from core.ballots.slips import count_slips, count_waiting
from core.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Status:
    """
    `waiting` are handed in and not mixed yet, `in_urn` are mixed, `filling` are being filled in.

    `paper_marked` slips were torn off paper ballots, `paper_keyed` of these ballots are keyed in.
    """

    slips: int
    used: int
    filling: int
    waiting: int
    in_urn: int
    paper_marked: int
    paper_keyed: int
    refused: int
    is_over: bool
    is_opened: bool

    @property
    def paper_open(self) -> int:
        """Paper ballots whose slip is marked and that are not keyed in yet."""
        return self.paper_marked - self.paper_keyed

    @property
    def adds_up(self) -> bool:
        """Whether there is exactly one ballot for each used slip."""
        return self.used == self.waiting + self.in_urn + self.paper_open

    @property
    def held_back(self) -> int:
        """Ballots too few to hide among one another, once nothing more can come."""
        is_rest = self.is_over and not self.paper_open and self.waiting < LEAST
        return self.waiting if is_rest else 0


def status_of(connection: Connection, round_id: int, now: datetime) -> Status | None:
    """None when the round has no ballot box."""
    box = connection.execute(select(BallotBox.__table__).where(BallotBox.round_id == round_id)).first()
    if box is None:
        return None
    entry = connection.execute(select(Round.state, Round.closes_at).where(Round.id == round_id)).one()
    slips, used = count_slips(connection, round_id)
    filling = select(func.count()).where(BallotDraft.round_id == round_id, BallotDraft.holder.is_not(None))
    in_urn = select(func.count()).where(UrnBallot.round_id == round_id)
    opened = select(BallotResult.round_id).where(BallotResult.round_id == round_id)
    return Status(
        slips=slips,
        used=used,
        filling=connection.scalar(filling) or 0,
        waiting=count_waiting(connection, round_id),
        in_urn=connection.scalar(in_urn) or 0,
        paper_marked=box.paper_marked,
        paper_keyed=box.paper_keyed,
        refused=box.refused,
        is_over=entry.state == "closed" or now >= entry.closes_at,
        is_opened=connection.scalar(opened) is not None,
    )
