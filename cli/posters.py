"""
Carrying out an order for posters: which codes it means, the signs, the file.

Used by the command `qr posters` and by the worker for the office's screens.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.clock import Clock, local
from core.coaching.gate import refuse_steering_texts
from core.codes.printing import Printing, find_printing
from core.config import Settings
from core.db.reading import reading
from core.errors import Refused
from core.people.reach import EVERYTHING
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


def signs_of(order: PosterOrder, settings: Settings, printing: Printing) -> list[Sign]:
    """The signs, in the order in which they come out."""
    logo = read_upload(settings.var, order.logo_key) if order.logo_key else None
    look = order.look(Owner(settings.office.name, settings.office.phone), logo)
    return [look.sign(line) for line in printing.lines]


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
        refuse_steering_texts(session, order.own_texts)
    with reading(engine) as connection:
        gazetteer = load_gazetteer(connection)
        printing = find_printing(connection, order.filter, EVERYTHING, gazetteer)
    signs = signs_of(order, settings, printing)
    hold.expect(len(signs))
    path = hold.path_for(order.file_suffix)
    title = order.title_in(gazetteer)
    now = clock()
    print_order(order, signs, path, now, title, hold.step)
    name = file_name(f"{title} {local(now):%Y%m%d-%H%M}")
    said = f"做好了{len(signs)}个。{printing.left_out}"
    return Made(said, path, f"{name}.{order.file_suffix}", rows=len(signs))
