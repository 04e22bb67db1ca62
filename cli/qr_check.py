"""`qr check`: reading codes back with a decoder that shares nothing with what drew them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from cli.groups import Command
from cli.parts import open_parts
from cli.posters import signs_of
from cli.progress import counting
from cli.qr import COUNTY, KIND, MATERIAL, code_filter
from core.codes.listing import CodeFilter, printable_codes
from core.codes.printing import find_printing
from core.db.reading import reading
from core.errors import Refused
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from qrcodes.check import Report, check_signs
from qrcodes.orders import PosterOrder
from qrcodes.press import Press
from qrcodes.templates.registry import TEMPLATES
from qrcodes.written import FileReport, check_file


class NotReadable(Refused):
    """A code that cannot be read, or says something else."""


@click.command(cls=Command)
@click.argument("files", metavar="[文件…]", nargs=-1, type=click.Path(path_type=Path))
@COUNTY
@KIND
@MATERIAL
@click.option(
    "--template", type=click.Choice(list(TEMPLATES)), default="a4", show_default=True, help="按哪种样式检查。"
)
def check(
    files: tuple[Path, ...],
    county: str | None,
    levels: tuple[str, ...],
    material: str | None,
    template: str,
) -> None:
    """
    检查二维码扫不扫得出、对不对。读不出或不对的一行一个，退出码是1。

    给了文件（zip、pdf、png、svg），就检查文件里的每一个；不给文件，就把全部二维码按样式排好，原大、缩小、模糊、斜着各读一次。

    \b
    例：python -m cli qr check
        python -m cli qr check --county 宜州区 --template sticker_round
        python -m cli qr check 宜州区.zip 全市.pdf
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            gazetteer = load_gazetteer(connection)
            if files:
                made = printable_codes(connection, CodeFilter(), EVERYTHING, gazetteer)
                known = {line.url: line.scene for line in made}
            wanted = code_filter(gazetteer, county, levels, material)
            order = PosterOrder(
                template=template,
                county_code=wanted.county_code,
                levels=wanted.levels,
                material=wanted.material,
            )
            printing = None if files else find_printing(connection, order.filter, EVERYTHING, gazetteer)
        if printing is None:
            told = _files(files, known)
        else:
            signs = signs_of(order, parts.settings, printing)
            with counting("检查", len(signs), "个") as step:
                report = check_signs(Press(parts.clock()), TEMPLATES[template], signs, step)
            told = [report]
    bad = [each for each in told if not each.is_good]
    for each in told:
        click.echo(str(each), err=not each.is_good)
    if bad:
        raise NotReadable("有二维码读不出来或不对，请不要印，先看上面的原因。")


def _files(files: Sequence[Path], known: Mapping[str, str]) -> list[FileReport | Report]:
    reports: list[FileReport | Report] = []
    with counting("读文件", len(files), "份") as step:
        for file in files:
            reports.append(check_file(file, known))
            step(1)
    return reports
