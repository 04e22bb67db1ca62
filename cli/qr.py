"""`qr`: the office's QR codes. One module a command, `qr_….py`; here stands what they share."""

from collections.abc import Iterable

import click

from cli.groups import LazyGroup
from core.codes.listing import CodeFilter
from core.errors import NotFound
from core.places.gazetteer import Gazetteer

COMMANDS = {
    "create": ("cli.qr_create:create", "向微信要二维码：县（区）、乡镇、单位，按载体"),
    "load": ("cli.qr_load:load", "导入已有的二维码（场景值、ticket、地址）"),
    "posters": ("cli.qr_posters:posters", "做海报、台卡、贴纸、屏幕图"),
    "check": ("cli.qr_check:check", "逐个读回来，看扫不扫得出"),
    "stats": ("cli.qr_stats:stats", "按种类、载体、状态数一数"),
    "retire": ("cli.qr_retire:retire", "停用一部分二维码"),
    "restore": ("cli.qr_retire:restore", "恢复停用的二维码"),
}
# Words for what a code is for.
LEVEL_WORDS = {"county": "县（区）", "township": "乡镇（街道）", "village": "村（社区）", "unit": "单位"}
STATE_WORDS = {
    "planned": "等待生成",
    "creating": "正在生成",
    "created": "已生成",
    "failed": "没有生成",
    "retired": "已停用",
}

COUNTY = click.option("--county", metavar="县（区）", help="只要这个县（区），名称或代码都行。不写就是全市。")
MATERIAL = click.option(
    "--material", metavar="载体", help="只要这种载体的，如 bus；plain 是不分载体的。不写就是全部。"
)
KIND = click.option(
    "--kind",
    "levels",
    multiple=True,
    type=click.Choice(list(LEVEL_WORDS)),
    help="只要哪一类：县、乡镇、村、单位，可以写几次。",
)
# How the plain code is called where an empty word cannot be typed.
PLAIN_WORD = "plain"


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def qr() -> None:
    """
    二维码：生成、导入、海报、检查、统计、停用。

    \b
    例：python -m cli qr create --county 宜州区
        python -m cli qr posters --county 宜州区 --out 宜州区.zip
    """


def county_code(gazetteer: Gazetteer, given: str | None) -> str:
    """The code of the county somebody named, '' for none; NotFound with the names there are."""
    if not given:
        return ""
    for county in gazetteer.counties:
        if given in (county.code, county.name, county.short_name):
            return county.code
    known = "、".join(f"{county.short_name}（{county.code}）" for county in gazetteer.counties)
    raise NotFound(f"没有叫“{given}”的县（区）。有这些：{known}。")


def material_code(given: str) -> str:
    """The material as scenes have it."""
    return "" if given == PLAIN_WORD else given


def code_filter(
    gazetteer: Gazetteer, county: str | None, levels: Iterable[str], material: str | None, state: str = ""
) -> CodeFilter:
    """Which codes the options mean."""
    chosen = None if material is None else material_code(material)
    return CodeFilter(county_code(gazetteer, county), tuple(levels), chosen, state)
