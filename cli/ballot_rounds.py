"""What commands and jobs of the leaders' ballot share: the round's questionnaire, and slips on paper."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.wechat.slip_codes import SlipCodes
from cli.platform import open_client
from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import Who
from core.ballots.codes import shown_slip
from core.ballots.slips import (
    AUDIENCE,
    Hasher,
    new_codes,
    qr_seconds,
    qr_until,
    refuse_early_printing,
    store_slips,
)
from core.ballots.temporary import TemporaryCodes
from core.clock import Clock, in_words
from core.config import Settings
from core.conversation.script import Script
from core.errors import Refused
from core.people.keys import KeyRing
from core.people.models import Staff
from core.places.service import load_gazetteer
from core.questionnaires.service import get_questionnaire
from core.rounds.models import Round
from core.rounds.service import find_round
from core.tasks.running import Made, TaskHold
from qrcodes.ballot_papers import PrintedSlip, slip_sheets
from qrcodes.press import Press
from qrcodes.writing import file_name, whole_file

# Addresses of the page; `admin/ballot` answers there.
PAGE_PATH = "/ballot/"
SLIPS_TASK = "ballots.slips"


class NoBallot(Refused):
    """The round asks leaders nothing."""

    say = "这次调查里没有给领导的问卷。"


def ballot_script(session: Session, name: str, settings: Settings) -> tuple[Round, Script]:
    """The round and its leaders' questionnaire, ready to be asked; NoBallot when it has none."""
    entry = find_round(session, name)
    found = next((each for each in entry.questionnaires if each.who == AUDIENCE), None)
    if found is None:
        raise NoBallot
    questionnaire = get_questionnaire(session, found.questionnaire_id, found.questionnaire_version)
    gazetteer = load_gazetteer(session.connection())
    office = settings.office
    return entry, Script(questionnaire, gazetteer, office_name=office.name, office_phone=office.phone)


def print_slips(
    engine: Engine, settings: Settings, clock: Clock, who: Who, *,
    round_name: str, count: int, early: bool, out: Path, step: Callable[[int], object],
) -> list[str]:  # fmt: skip
    """
    New slips as a PDF at `out`, and their hashes in the database: both or neither. Gives their characters.

    The platform is asked with no transaction open; `step` is told how many more codes it made.
    """
    now = clock()
    with Session(engine) as session, session.begin():
        entry, script = ballot_script(session, round_name, settings)
        refuse_early_printing(entry, now, early=early)
        hasher = Hasher.open(session, KeyRing(settings.require_data_key()), now)
        slips = new_codes(session, entry.id, count)
        round_id, closes_at, title = entry.id, entry.closes_at, script.questionnaire.title
    with open_client(settings, engine, clock) as client:
        source = SlipCodes(client)
        printed = []
        for slip in slips:
            printed.append(_printed(source, slip, closes_at, now))
            step(1)
    office = settings.office
    owner = f"{office.name}　电话 {office.phone}"
    page = f"{settings.public_url.rstrip('/')}{PAGE_PATH}"
    content = slip_sheets(Press(now), title, owner, page, printed)
    with Session(engine) as session, session.begin():
        store_slips(session, hasher, round_id, slips)
        record(session, Act.SLIPS_MADE, who, about("ballot", round_id), {"张数": count})
        session.flush()
        # Last: what fails here takes the slips back, and a file that is there has its slips.
        with whole_file(out) as file:
            file.write(content)
    return slips


def slips_for_task(hold: TaskHold, engine: Engine, settings: Settings, clock: Clock) -> Made:
    """The worker's way: what was wished is the task's params, the file the task's."""
    wished = hold.params
    count = int(wished["count"])
    hold.expect(count)
    with Session(engine) as session:
        name = session.scalar(select(Staff.name).where(Staff.id == hold.asked_by)) or ""
    path = hold.path_for("pdf")
    who = Who("staff", hold.asked_by, name)
    made = print_slips(
        engine, settings, clock, who, round_name=wished["round"], count=count, early=bool(wished["early"]),
        out=path, step=hold.step,
    )  # fmt: skip
    said = f"做好了{len(made)}张。打印、裁开以后，请把下载的文件删掉。"
    return Made(said, path, f"{file_name(wished['round'])}纸票.pdf", rows=len(made))


def _printed(codes: TemporaryCodes, slip: str, closes_at: datetime, now: datetime) -> PrintedSlip:
    return PrintedSlip(
        url=codes.make(f"s_{slip}", qr_seconds(closes_at, now)),
        characters=shown_slip(slip),
        code_until=f"扫码用到{in_words(min(qr_until(now), closes_at), now)}",
        open_until=f"{in_words(closes_at, now)}前",
    )
