"""`qr stats`: how many codes there are, by what they are for, material and state."""

import click

from cli.groups import Command
from cli.parts import open_parts
from cli.qr import COUNTY, LEVEL_WORDS, STATE_WORDS, code_filter
from core.codes.listing import tally_codes
from core.codes.materials import material_name
from core.db.reading import reading
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer


@click.command(cls=Command)
@COUNTY
def stats(county: str | None) -> None:
    """
    数一数二维码，一行一种：种类、载体、状态、个数，用制表符隔开。

    \b
    例：python -m cli qr stats
        python -m cli qr stats --county 宜州区
    """
    with open_parts() as parts, reading(parts.engine) as connection:
        gazetteer = load_gazetteer(connection)
        wanted = code_filter(gazetteer, county, (), None)
        counts = tally_codes(connection, wanted, EVERYTHING, gazetteer)
    if not counts:
        click.echo("还没有二维码。生成：python -m cli qr create；导入已有的：python -m cli qr load 文件")
        return
    click.echo("种类\t载体\t状态\t个数")
    for each in counts:
        words = (LEVEL_WORDS[each.level], material_name(each.material), STATE_WORDS[each.state])
        click.echo("\t".join((*words, str(each.count))))
    click.echo(f"一共\t\t\t{sum(each.count for each in counts)}")
