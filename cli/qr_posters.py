"""`qr posters`: one file, a ZIP by county, or one merged PDF."""

import re
from pathlib import Path

import click

from cli.groups import Command
from cli.parts import open_parts
from cli.posters import print_order, signs_of
from cli.progress import counting
from cli.qr import COUNTY, KIND, MATERIAL, code_filter
from core.coaching.gate import refuse_steering_texts
from core.codes.printing import find_printing
from core.db.reading import reading
from core.errors import BadInput, Fault
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from core.tasks.uploads import keep_upload
from qrcodes.orders import BARE, BARE_SUFFIXES, PALETTES, Form, PosterOrder
from qrcodes.templates.registry import TEMPLATES

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@click.command(cls=Command)
@COUNTY
@KIND
@MATERIAL
@click.option("--scene", metavar="场景值", default="", help="只要这一个，如 p_451203100。")
@click.option(
    "--template",
    type=click.Choice([*TEMPLATES, BARE]),
    default="a4",
    show_default=True,
    help="样式；bare 是只要二维码。",
)
@click.option(
    "--format", "suffix", type=click.Choice(["pdf", "png", "svg"]), help="每个文件的格式；不写用样式自己的。"
)
@click.option("--question", default="", metavar="文字", help="换掉海报上的问题（地方和单位都换）。")
@click.option(
    "--colour",
    default="green",
    metavar="配色",
    help=f"配色：{'、'.join(PALETTES)}，或者 #0F4C50 这样的颜色。",
)
@click.option(
    "--logo", type=click.Path(path_type=Path), metavar="图片", help="放在二维码中间的标志；会扫不出来的不收。"
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", required=True, help="存到哪里。"
)
def posters(
    county: str | None,
    levels: tuple[str, ...],
    material: str | None,
    scene: str,
    template: str,
    suffix: str | None,
    question: str,
    colour: str,
    logo: Path | None,
    out: Path,
) -> None:
    """
    做海报。--out 写 .zip，每个县（区）一个文件夹；写 .pdf，合成一本，前面有目录；写了 --scene，就是一个文件。

    地方撤并了的不印，会说该印哪个。文字要过诱导语检查。

    \b
    例：python -m cli qr posters --county 宜州区 --out 宜州区.zip
        python -m cli qr posters --template tent --kind unit --out 台卡.pdf
        python -m cli qr posters --scene p_451203100 --out 庆远镇.pdf
        python -m cli qr posters --template bare --format svg --material bus --out 公交.zip
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            gazetteer = load_gazetteer(connection)
            wanted = code_filter(gazetteer, county, levels, material)
            order = PosterOrder(
                template=template,
                form=_form(out, template, scene),
                suffix=suffix or _suffix_of_one(out, scene),
                county_code=wanted.county_code,
                levels=wanted.levels,
                material=wanted.material,
                scene=scene,
                place_question=question,
                unit_question=question,
                palette="green" if _COLOUR.fullmatch(colour) else colour,
                field_colour=colour if _COLOUR.fullmatch(colour) else "",
                logo_key=keep_upload(parts.settings.var, _content(logo)) if logo else "",
            )
            printing = find_printing(connection, order.filter, EVERYTHING, gazetteer)
        with parts.transaction() as session:
            refuse_steering_texts(session, order.own_texts)
        signs = signs_of(order, parts.settings, printing)
        with counting("做海报", len(signs), "张") as step:
            print_order(order, signs, out, parts.clock(), order.title_in(gazetteer), step)
    if printing.left_out:
        click.echo(printing.left_out, err=True)
    click.echo(f"做好了{len(signs)}张：{out}")


def _form(out: Path, template: str, scene: str) -> Form:
    """What the file's name asks for."""
    suffix = out.suffix.lower().removeprefix(".")
    if suffix == "zip":
        return "zip"
    if scene:
        return "one"
    if suffix == "pdf" and template != BARE and not TEMPLATES[template].is_screen:
        return "merged"
    raise click.UsageError(
        "--out 请用 .zip；纸上的样式也可以用 .pdf 合成一本；写了 --scene 的可以是单个 pdf、png、svg 文件。"
    )


def _suffix_of_one(out: Path, scene: str) -> str:
    """A single file is what its name says."""
    suffix = out.suffix.lower().removeprefix(".")
    return suffix if scene and suffix in ("pdf", "png", *BARE_SUFFIXES) else ""


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput([Fault(str(file), f"文件读不了：{error.strerror}")]) from error
