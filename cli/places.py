"""`places`: the list of places."""

from pathlib import Path

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import progress
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.places.lists import read_places
from core.places.service import load_places


@click.group(cls=Group)
def places() -> None:
    """
    地名名单。

    例：python -m cli places load core/places/data/hechi-places.csv
    """


@places.command()
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """
    导入地名（市、县、乡镇、村）和代码变动，csv 或 xlsx，可以一次给几个文件。

    全部正确才写入。再导入一次就是更新；名单里没有了的停用，不删除。

    \b
    例：python -m cli places load core/places/data/hechi-places.csv \\
            core/places/data/hechi-villages.csv.gz core/places/data/hechi-places-changes.csv
    """
    with open_parts() as parts:
        listed = read_places(progress(files, "读文件"))
        with parts.transaction() as session:
            report = load_places(session, listed)
            record(session, Act.LIST_LOADED, typed_by(), about("list", "places"), {"结果": str(report)})
    click.echo(f"地名导入好了。{report}。")
