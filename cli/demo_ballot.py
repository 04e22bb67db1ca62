"""
The leaders' ballot of a demonstration: a box, three made-up witnesses, slips that lie on a table to be drawn.

In a real installation nobody but the paper knows a slip, and nobody but a witness a share. Here both stand in
files below `var/demo-ballot`, so that one person can play every part.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from cli.ballot_rounds import NoBallot, ballot_script
from core.ballots.box import make_box
from core.ballots.models import BallotBox, Slip
from core.ballots.slips import Hasher, make_slips
from core.config import Settings
from core.people.keys import KeyRing
from simulator.config import SceneChoice

FOLDER = "demo-ballot"
SLIPS = 60
# So many of the unused ones lie on the table at a time.
ON_THE_TABLE = 12
WITNESSES = ("演示见证人甲", "演示见证人乙", "演示见证人丙")
GROUP = "领导纸票（抽一张）"


def with_ballot(session: Session, round_name: str, settings: Settings, now: datetime) -> str:
    """A box and slips for the round, once; what was done, in a sentence."""
    try:
        entry, script = ballot_script(session, round_name, settings)
    except NoBallot:
        return "领导评价：这次调查没有。"
    if session.get(BallotBox, entry.id) is not None:
        return f"领导评价：已经有投票箱，见证人的钥匙在 {settings.var / FOLDER}。"
    shares = make_box(session, entry, script.questionnaire, WITNESSES, 2, now)
    hasher = Hasher.open(session, KeyRing(settings.require_data_key()), now)
    slips = make_slips(session, hasher, entry.id, SLIPS)
    folder = settings.var / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    told = "".join(f"{share.witness}：{share.share}\n" for share in shares)
    (folder / "钥匙.txt").write_text(told, "utf-8")
    (folder / "slips.json").write_text(json.dumps(slips), "ascii")
    return f"领导评价：{SLIPS}张纸票，在 /demo/ 可以抽；三位见证人的钥匙在 {folder / '钥匙.txt'}。"


def drawer(connection: Connection, settings: Settings) -> list[SceneChoice]:
    """Slips that are not used yet, a few at a time, for the phones of the demonstration to scan."""
    path = settings.var / FOLDER / "slips.json"
    if not path.exists():
        return []
    slips: Sequence[str] = json.loads(path.read_text("ascii"))
    with Session(bind=connection) as session:
        hasher = Hasher.known(session, KeyRing(settings.require_data_key()))
    if hasher is None:
        return []
    unused = set(connection.scalars(select(Slip.hash).where(Slip.used.is_(False))))
    drawn = [slip for slip in slips if hasher.slip(slip) in unused][:ON_THE_TABLE]
    return [(f"s_{slip}", f"第{number}张", GROUP) for number, slip in enumerate(drawn, start=1)]
