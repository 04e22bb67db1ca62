"""
Carrying out an order for posters: which codes it means, the signs, the file.

Used by the command `qr posters` and by the worker for the office's screens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from core.clock import Clock, local
from core.coaching.gate import refuse_steering_text
from core.codes.listing import CodeLine, printable_codes, why_not_printed
from core.config import Settings
from core.db.reading import reading
from core.errors import Refused
from core.people.reach import EVERYTHING
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from core.tasks.running import Made, TaskHold
from core.tasks.uploads import read_upload
from qrcodes.orders import BARE, PosterOrder
from qrcodes.output import write_merged, write_one, write_zip
from qrcodes.press import Press
from qrcodes.progress import Progress, nobody
from qrcodes.sign import Owner, Sign
from qrcodes.templates.registry import template_named
from qrcodes.writing import file_name

# More names in one sentence nobody reads.
NAMED_IN_A_SENTENCE = 5


class NothingToPrint(Refused):
    """No such code was made, or none of them may be printed."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The codes an order means, and a sentence for each that must not be printed."""

    lines: tuple[CodeLine, ...]
    refused: tuple[str, ...]
    gazetteer: Gazetteer

    @property
    def left_out(self) -> str:
        """What was left out, in a sentence or two; '' when nothing was."""
        if not self.refused:
            return ""
        named = "\n".join(f"· {each}" for each in self.refused[:NAMED_IN_A_SENTENCE])
        more = len(self.refused) - NAMED_IN_A_SENTENCE
        return f"有{len(self.refused)}个没有印：\n{named}" + (f"\n· 还有{more}个" if more > 0 else "")


def find_printing(connection: Connection, order: PosterOrder) -> Printing:
    """What an order means at this moment; NothingToPrint when it means nothing."""
    gazetteer = load_gazetteer(connection)
    lines, refused = [], []
    for line in printable_codes(connection, order.filter, EVERYTHING, gazetteer):
        why = why_not_printed(line, gazetteer)
        if why:
            refused.append(why)
        else:
            lines.append(line)
    found = Printing(tuple(lines), tuple(refused), gazetteer)
    if not lines:
        raise NothingToPrint(
            found.left_out or "选中的范围里还没有已生成的二维码。请先生成二维码（qr create），再做海报。"
        )
    return found


def refuse_steering_order(session: Session, order: PosterOrder) -> None:
    """Raise Steers when a text of the office's own pushes people towards an answer."""
    for what, text in order.own_texts:
        refuse_steering_text(session, text, what)


def signs_of(order: PosterOrder, settings: Settings, printing: Printing) -> list[Sign]:
    """The signs, in the order in which they come out."""
    logo = read_upload(settings.var, order.logo_key) if order.logo_key else None
    look = order.look(Owner(settings.office.name, settings.office.phone), logo)
    return [look.sign(line) for line in printing.lines]


def title_of(order: PosterOrder, gazetteer: Gazetteer) -> str:
    """`宜州区 A4 海报`."""
    where = gazetteer.full_name(order.county_code) if order.county_code else ""
    return f"{where} {order.title}".strip()


def print_order(
    order: PosterOrder,
    signs: Sequence[Sign],
    path: Path,
    now: datetime,
    title: str,
    progress: Progress = nobody,
) -> None:
    """Write the file, whole or not at all."""
    press = Press(now)
    if order.form == "merged" and order.template != BARE:
        write_merged(path, press, template_named(order.template), signs, title, now, progress)
    elif order.form == "one":
        if len(signs) != 1:
            raise Refused(f"选中了{len(signs)}个二维码；只要一个文件的，请只选一个，或者选 ZIP。")
        write_one(path, order.drawing(press), signs[0])
        progress(1)
    else:
        write_zip(path, order.drawing(press), signs, now, progress)


def print_for_task(hold: TaskHold, engine: Engine, settings: Settings, clock: Clock) -> Made:
    """The worker's way: the order is the task's params, the file the task's."""
    order = PosterOrder.load(hold.params)
    with Session(engine) as session:
        refuse_steering_order(session, order)
    with reading(engine) as connection:
        printing = find_printing(connection, order)
    signs = signs_of(order, settings, printing)
    hold.expect(len(signs))
    path = hold.path_for(order.file_suffix)
    title = title_of(order, printing.gazetteer)
    now = clock()
    print_order(order, signs, path, now, title, hold.step)
    name = file_name(f"{title} {local(now):%Y%m%d-%H%M}")
    said = f"做好了{len(signs)}个。{printing.left_out}"
    return Made(said, path, f"{name}.{order.file_suffix}", rows=len(signs))
