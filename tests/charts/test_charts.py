"""Charts are well-formed, carry their figures, and need neither style nor script."""

from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from core.charts.counties import county_places, tile_name
from core.charts.heat import short, week_heat
from core.charts.lines import Series, daily_curves
from core.charts.steps import COLOURS, Steps, contrast, ink_on, luminance
from core.charts.svg import element
from core.charts.tiles import Tile, tile_map
from core.places.gazetteer import Gazetteer, PlaceNode

SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 12, 1)


def drawn(chart: Markup) -> ElementTree.Element:
    """The chart, read back; nothing in it that a page's content policy would refuse."""
    root = ElementTree.fromstring(str(chart))
    for each in root.iter():
        assert "style" not in each.attrib
        assert each.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image")
        assert not any(name.startswith("on") for name in each.attrib)
    return root


def words(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def test_words_of_people_are_escaped() -> None:
    chart = element("text", "<b>&\"'", title='"><script>')

    assert ElementTree.fromstring(str(chart)).text == "<b>&\"'"
    assert "<script>" not in str(chart)


def test_every_curve_is_named_and_told_at_its_end() -> None:
    days = [FIRST + timedelta(days=number) for number in range(3)]

    chart = drawn(daily_curves(days, [Series("扫码", [0, 30, 1200]), Series("完成", [0, 3, 7])], "三天"))

    assert {"扫码 1\u2009200", "完成 7", "12月3日", "0"} <= set(words(chart))
    assert chart.findtext(f"{SVG}title") == "三天"
    assert len({each.get("stroke-dasharray") for each in chart.iter(f"{SVG}polyline")}) == 2


def test_curves_that_end_together_have_labels_apart() -> None:
    chart = drawn(daily_curves([FIRST], [Series(name, [0]) for name in "甲乙丙"], "一天"))

    heights = sorted(
        float(each.get("y", "")) for each in chart.iter(f"{SVG}text") if (each.text or "")[0] in "甲乙丙"
    )
    assert all(lower - upper >= 13 for upper, lower in pairwise(heights))


@given(
    st.lists(st.integers(0, 5_000_000), min_size=1, max_size=400),
    st.sampled_from([(360, 240), (860, 300)]),
)
def test_curves_stay_inside_the_picture(values: list[int], size: tuple[int, int]) -> None:
    days = [FIRST + timedelta(days=number) for number in range(len(values))]
    width, height = size

    chart = drawn(daily_curves(days, [Series("扫码", values)], "…", width=width, height=height))

    for line in chart.iter(f"{SVG}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_a_week_shows_every_figure_and_leaves_nothing_white_that_has_one() -> None:
    counts = [[day * 24 + hour for hour in range(24)] for day in range(7)]

    chart = drawn(week_heat(counts, "一周"))

    shown = words(chart)
    assert shown.count("周一") == 1
    assert {str(number) for number in range(1, 168)} <= set(shown)
    assert [each.get("fill") for each in chart.iter(f"{SVG}rect")].count("#ffffff") == 1


def test_figures_are_shortened_where_there_is_no_room() -> None:
    assert [short(count) for count in (7, 9_999, 12_345, 1_234_567)] == ["7", "9\u2009999", "1.2万", "123万"]


def test_a_tile_has_name_figure_and_the_colour_of_its_step() -> None:
    tiles = [
        Tile(0, 0, "宜州", 0.9, "90.0%", "9人"),
        Tile(1, 0, "南丹", 0.1, "10.0%"),
        Tile(0, 1, "都安", None, "—"),
    ]

    chart = drawn(tile_map(tiles, "完成率", lambda value: f"{value:.0%}"))

    fills = [each.get("fill") for each in chart.iter(f"{SVG}rect")][:3]
    assert fills == [COLOURS[4], COLOURS[0], "#ffffff"]
    assert {"宜州", "90.0%", "9人", "—"} <= set(words(chart))


def test_the_steps_fall_in_lightness_and_can_be_written_on() -> None:
    levels = [luminance(colour) for colour in COLOURS]

    assert all(darker < lighter * 0.82 for lighter, darker in pairwise(levels))
    assert all(contrast(colour, ink_on(colour)) >= 4.5 for colour in COLOURS)


@given(st.lists(st.floats(0, 1e7, allow_subnormal=False), max_size=20))
def test_a_larger_value_is_never_in_a_lower_step(values: list[float]) -> None:
    steps = Steps.of(values)

    found = [steps.step(value) for value in sorted(values)]
    assert found == sorted(found)
    assert all(0 <= step <= 4 for step in found)
    assert all(lower < upper for lower, upper in pairwise(steps.bounds))


def test_every_county_of_hechi_has_a_tile_of_its_own(gazetteer: Gazetteer) -> None:
    places = county_places(gazetteer.counties)

    assert len(set(places.values())) == len(places) == 11


def test_counties_of_another_city_stand_in_rows() -> None:
    counties = [PlaceNode(f"99990{n}", "县", "县", "county", "999900") for n in range(1, 6)]

    assert list(county_places(counties).values()) == [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1)]


@pytest.mark.parametrize(
    ("name", "short_name"),
    [
        ("金城江区", "金城江"),
        ("罗城仫佬族自治县", "罗城"),
        ("都安瑶族自治县", "都安"),
        ("凤山县", "凤山"),
        ("吉县", "吉县"),
    ],
)
def test_names_on_tiles_are_short(name: str, short_name: str) -> None:
    assert tile_name(name) == short_name
