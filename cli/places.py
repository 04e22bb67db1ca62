"""`places`: the list of places."""

from pathlib import Path

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import progress
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local_day
from core.funnel.population import load_population, read_population
from core.places.lists import read_places
from core.places.service import load_gazetteer, load_places
from core.sheets import open_sheet


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


@places.command()
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def population(file: Path) -> None:
    """
    导入各县（区）、乡镇（街道）的人口，用来算每千人交了多少份，csv 或 xlsx。

    要有四列：地名或代码、人口、年份、来源。名称重复的乡镇请写代码，或加一列“县（区）”。
    全部正确才写入；再导入一次就是更新，文件里没有的地方不变。程序不带人口数据，请用统计局公布的。

    例：python -m cli places population 常住人口2020.xlsx
    """
    with open_parts() as parts:
        sheet = open_sheet(file)
        with parts.transaction() as session:
            gazetteer = load_gazetteer(session.connection())
            listed = read_population(sheet, gazetteer, local_day(parts.clock()))
            report = load_population(session, listed, gazetteer)
            record(session, Act.LIST_LOADED, typed_by(), about("list", "population"), {"结果": str(report)})
    click.echo(f"人口导入好了。{report}。")
