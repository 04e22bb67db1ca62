"""Bars, grids and trends: what is drawn is what is written, and nothing is drawn where there is no figure."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

from core.charts.bars import APART, Bar, bar_chart, scale_colours
from core.charts.captions import with_caption
from core.charts.grid import GridRow, grid
from core.charts.trend import DayScore, score_trend

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ElementTree.Element:
    assert "style" not in drawing
    return ElementTree.fromstring(drawing)


def words(drawing: str) -> list[str]:
    return [each.text or "" for each in parsed(drawing).iter(f"{SVG}text")]


def test_a_bar_is_as_long_as_its_share_and_one_without_a_share_is_not_drawn() -> None:
    drawing = bar_chart([Bar("一半", 0.5, "50"), Bar("<没有>", None, "—", is_apart=True)], "told", width=400)

    rects = [each.attrib for each in parsed(drawing).iter(f"{SVG}rect")]
    assert len(rects) == 3
    assert float(rects[1]["width"]) * 2 == float(rects[0]["width"])
    assert words(drawing) == ["一半", "50", "<没有>", "—"]
    assert scale_colours(2) == (scale_colours(5)[0], scale_colours(5)[4])
    assert APART not in scale_colours(5)


def test_a_grid_carries_every_figure_and_leaves_empty_cells_white() -> None:
    drawing = grid(
        ["总的", "食品药品安全食品药品安全"],
        [
            GridRow("都安县", "n=3", [(60.0, "60.00"), (None, "—")]),
            GridRow("宜州区", "n=9", [(90.0, "90.00")] * 2),
        ],
        "told",
        lambda value: f"{value:.0f}",
        width=420,
    )

    assert {"都安县", "n=3", "60.00", "—", "90.00"} <= set(words(drawing))
    fills = [each.attrib["fill"] for each in parsed(drawing).iter(f"{SVG}rect")][:4]
    assert fills[1] == "#ffffff"
    assert len({fills[0], fills[1], fills[2]}) == 3


def test_a_trend_has_a_point_only_where_there_is_a_score_and_a_bar_for_each_n() -> None:
    first = date(2026, 12, 1)
    points = [
        DayScore(first + timedelta(days=number), score, n)
        for number, (score, n) in enumerate([(80.0, 30), (None, 3), (None, 0), (90.0, 60)])
    ]

    root = parsed(drawing := score_trend(points, "told"))

    assert len(list(root.iter(f"{SVG}circle"))) == 2
    heights = [float(each.attrib["height"]) for each in root.iter(f"{SVG}rect")]
    assert len(heights) == 3
    assert abs(heights[2] - 2 * heights[0]) < 0.02
    assert "90.00" in words(drawing)
    assert parsed(score_trend([], "told")) is not None


def test_a_caption_stands_on_white_below_the_chart_in_lines_that_have_room() -> None:
    chart = bar_chart([Bar("一半", 0.5, "50")], "told", width=300)
    drawing = with_caption(chart, "标题", [("网址", "/admin/" + "x" * 300), ("校验码", "ABCD")])

    said = words(drawing)
    assert said[0] == "标题"
    assert said[-1] == "校验码：ABCD"
    assert len(said) > 5
    height = float(parsed(drawing).attrib["height"])
    assert all(float(each) < height for each in re.findall(r'<text x="20" y="([\d.]+)"', drawing))
