"""Where the tiles of a city's counties lie. Known for Hechi; another city's stand in rows, by their codes."""

import re
from collections.abc import Sequence

from core.places.gazetteer import PlaceNode

# Column and row, about as the counties lie to one another (longitude and latitude of their seats).
HECHI = {
    "451222": (0, 0),  # 天峨
    "451221": (1, 0),  # 南丹
    "451226": (2, 0),  # 环江
    "451225": (3, 0),  # 罗城
    "451223": (0, 1),  # 凤山
    "451224": (1, 1),  # 东兰
    "451202": (2, 1),  # 金城江
    "451203": (3, 1),  # 宜州
    "451227": (0, 2),  # 巴马
    "451229": (1, 2),  # 大化
    "451228": (2, 2),  # 都安
}
COLUMNS = 4
_RANK = re.compile(r"(?<=..)(?:(?:仫佬|毛南|仡佬|瑶|壮|苗|侗|水|彝)族)*(?:自治县|县|区|市)$")


def county_places(counties: Sequence[PlaceNode]) -> dict[str, tuple[int, int]]:
    """(column, row) of each county, by its code."""
    if all(county.code in HECHI for county in counties):
        return {county.code: HECHI[county.code] for county in counties}
    return {county.code: (number % COLUMNS, number // COLUMNS) for number, county in enumerate(counties)}


def tile_name(name: str) -> str:
    """`罗城` for 罗城仫佬族自治县: what has room on a tile. Names of two characters stay whole."""
    return _RANK.sub("", name)
