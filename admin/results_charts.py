"""The chart of each view of results, made of its table: what is drawn is what is printed."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from markupsafe import Markup

from admin.results_view import ResultsView
from admin.words import grouped
from core.charts.bars import APART, Bar, bar_chart, scale_colours
from core.charts.counties import county_places, tile_name
from core.charts.grid import GridRow, grid
from core.charts.tiles import Tile, tile_map
from core.charts.trend import DayScore, score_trend
from core.questionnaires.model import Rating
from core.results.rounding import DASH, score_words
from core.results.tables import Line, Table, in_print

DESK_PX, PHONE_PX = 1080, 358
PHONE_HEIGHT_PX = 280
# More bars fill no page any more; they can be taken away as a picture.
MOST_BARS = 40
# On fewer answers a day's score says nothing, so no point is drawn.
LEAST_N_OF_A_DAY = 10


def charts_of(view: ResultsView, table: Table) -> tuple[Markup | None, Markup | None]:
    """For a desk's and a phone's width; None where it would show nothing, or fill pages."""
    if view.view in ("townships", "units") and len(table.lines) > MOST_BARS:
        return None, None
    return chart_of(view, table, DESK_PX), chart_of(view, table, PHONE_PX)


def chart_of(view: ResultsView, table: Table, width: int) -> Markup | None:
    """One chart; None where a picture would show nothing."""
    told = f"{view.round.name}，{view.filter_words}：{table.title}"
    if not can_be_drawn(table):
        return None
    if view.view == "counties":
        return _map(view, table, told)
    if view.view in ("heat", "rounds"):
        return _grid(view, table, told, width)
    if view.view == "days":
        return _trend(table, told, width)
    if view.view == "question":
        return _distribution(view, table, told, width)
    lines = table.lines if view.view == "whole" else table.sorted_by("score", descending=True)
    of = "scored" if view.view == "whole" else "n"
    bars = [_score_bar(line, of) for line in lines]
    if table.whole is not None:
        bars.append(replace(_score_bar(table.whole, of), is_apart=True))
    beside = next((each.title for each in table.columns if each.key == "beside"), "")
    return bar_chart(bars, told, width=min(width, 760), beside_words=beside)


def can_be_drawn(table: Table) -> bool:
    """Whether there is a figure to draw."""
    return any(_number(line, "score", "count") is not None for line in table.lines)


def _score_bar(line: Line, of: str) -> Bar:
    score, beside = _number(line, "score"), _number(line, "beside")
    return Bar(
        line.name,
        None if score is None else score / 100,
        f"{_words(line, 'score')}  {_n(line, of)}",
        beside=None if beside is None else beside / 100,
    )


def _map(view: ResultsView, table: Table, told: str) -> Markup:
    lines = {line.code: line for line in table.lines if line.code}
    places = county_places(view.gazetteer.counties)
    tiles = []
    for county in view.gazetteer.counties:
        line = lines.get(county.code)
        if line is None:
            continue
        column, row = places[county.code]
        figure = _words(line, "score")
        note = _n(line, "n")
        tiles.append(Tile(column, row, tile_name(county.short_name), _number(line, "score"), figure, note))
    return tile_map(tiles, told, score_words)


def _grid(view: ResultsView, table: Table, told: str, width: int) -> Markup:
    scores = [column for column in table.columns if column.kind == "score"]
    rows = [
        GridRow(
            line.name,
            _n(line, "n") if "n" in line.cells else "",
            [(_number(line, column.key), _words(line, column.key)) for column in scores],
        )
        for line in (*table.lines, *([table.whole] if table.whole else ()))
    ]
    return grid([column.title for column in scores], rows, told, score_words, width=width)


def _trend(table: Table, told: str, width: int) -> Markup:
    found = {date.fromisoformat(line.code): line for line in table.lines}
    first, last = min(found), max(found)
    points = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        line = found.get(day)
        n = line.cells["n"] if line is not None else 0
        assert isinstance(n, int)
        score = _number(line, "score") if line is not None and n >= LEAST_N_OF_A_DAY else None
        points.append(DayScore(day, score, n))
    return score_trend(points, told, width=width, height=PHONE_HEIGHT_PX if width == PHONE_PX else 340)


def _distribution(view: ResultsView, table: Table, told: str, width: int) -> Markup:
    asked = next(each for each in view.questionnaire.walk() if each.id == view.question)
    apart = (
        {each.code for each in asked.options if each.score is None} if isinstance(asked, Rating) else set()
    )
    scored = [line for line in table.lines if line.code not in apart]
    colours = scale_colours(len(scored)) if isinstance(asked, Rating) else scale_colours(1) * len(scored)
    colour_of = dict(zip((line.code for line in scored), colours, strict=True))
    bars = [
        Bar(
            line.name,
            _number(line, "share"),
            _figure(line),
            colour_of.get(line.code, APART),
            is_apart=line.code in apart,
        )
        for line in table.lines
    ]
    return bar_chart(bars, told, width=min(width, 760))


def _figure(line: Line) -> str:
    count, share = line.cells["count"], in_print(line.cells["share"], "share")
    return f"{grouped(count)}人  {share}" if isinstance(count, int) else str(count)


def _n(line: Line, of: str) -> str:
    count = line.cells.get(of)
    return f"n={grouped(count)}" if isinstance(count, int) else ""


def _words(line: Line, key: str) -> str:
    return in_print(line.cells.get(key), "score") if line.cells.get(key) is not None else DASH


def _number(line: Line | None, *keys: str) -> float | None:
    for key in keys:
        value = line.cells.get(key) if line is not None else None
        if isinstance(value, Fraction | int):
            return float(value)
    return None
