"""`qr stats`: how many codes there are, by what they are for, material and state; and what they brought."""

from collections import defaultdict
from collections.abc import Iterable

import click
from sqlalchemy.orm import Session

from cli.groups import Command
from cli.parts import open_parts
from cli.qr import COUNTY, LEVEL_WORDS, STATE_WORDS, code_filter
from core.codes.listing import LEVELS, level_of_code, tally_codes
from core.codes.materials import material_name
from core.codes.scenes import parse_scene
from core.db.reading import reading
from core.funnel.events import Kind
from core.funnel.reading import Funnel, Line
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from core.rounds.service import find_round

# What is counted of a round, in the order in which people come to it.
STEPS = {Kind.SCAN: "扫码", Kind.FOLLOW: "新关注", Kind.START: "开始答", Kind.COMPLETE: "答完"}


@click.command(cls=Command)
@COUNTY
@click.option("--round", "round_name", metavar="名称", help="再数一数这次调查里各种二维码带来多少人次。")
def stats(county: str | None, round_name: str | None) -> None:
    """
    数一数二维码，一行一种：种类、载体、状态、个数，用制表符隔开。

    写了 --round，再数扫码、关注、开始、答完的人次。

    \b
    例：python -m cli qr stats
        python -m cli qr stats --county 宜州区 --round 2026年度
    """
    with open_parts() as parts, reading(parts.engine) as connection:
        gazetteer = load_gazetteer(connection)
        wanted = code_filter(gazetteer, county, (), None)
        counts = tally_codes(connection, wanted, EVERYTHING, gazetteer)
        brought: list[Line] = []
        if round_name:
            with Session(connection) as session:
                round_id = find_round(session, round_name).id
            brought = Funnel(connection, round_id, EVERYTHING).codes(owner=wanted.county_code)
    if counts:
        click.echo("种类\t载体\t状态\t个数")
        for each in counts:
            words = (LEVEL_WORDS[each.level], material_name(each.material), STATE_WORDS[each.state])
            click.echo("\t".join((*words, str(each.count))))
        click.echo(f"一共\t\t\t{sum(each.count for each in counts)}")
    else:
        click.echo("还没有二维码。生成：python -m cli qr create；导入已有的：python -m cli qr load 文件")
    if round_name:
        click.echo()
        for line in _brought(brought):
            click.echo(line)


def _brought(lines: Iterable[Line]) -> list[str]:
    """Visits by what a code is for and what it hangs on, as a table."""
    sums: dict[tuple[int, str], dict[Kind, int]] = defaultdict(lambda: dict.fromkeys(STEPS, 0))
    for line in lines:
        scene = parse_scene(line.key)
        if scene is None:
            continue
        found = sums[LEVELS.index(level_of_code(scene.kind, scene.code)), scene.material]
        for kind in STEPS:
            found[kind] += line[kind].visits
    if not sums:
        return ["这次调查里还没有人扫码。"]
    table = ["\t".join(("种类", "载体", *(f"{word}（人次）" for word in STEPS.values())))]
    for (level, material), figures in sorted(sums.items()):
        words = (LEVEL_WORDS[LEVELS[level]], material_name(material), *map(str, figures.values()))
        table.append("\t".join(words))
    return table
