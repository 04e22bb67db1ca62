"""`units`: the list of units that are judged."""

from pathlib import Path

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import progress
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.places.lists import read_units
from core.places.service import load_units


@click.group(cls=Group)
def units() -> None:
    """
    单位名单。

    例：python -m cli units load core/places/data/hechi-units.csv
    """


@units.command()
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """
    导入被评价的单位：单位代码、单位名称、简称、类别，csv 或 xlsx。

    每次都要给全部单位：名单里没有了的停用，不删除。全部正确才写入。

    例：python -m cli units load core/places/data/hechi-units.csv
    """
    with open_parts() as parts:
        listed = read_units(progress(files, "读文件"))
        with parts.transaction() as session:
            report = load_units(session, listed)
            record(session, Act.LIST_LOADED, typed_by(), about("list", "units"), {"结果": str(report)})
    click.echo(f"单位导入好了。{report}。")
