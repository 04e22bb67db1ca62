"""Places side by side: townships by answers per 1,000 residents, counties on a map of tiles."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flask import render_template, request

from admin.filters import read_choice
from admin.funnel_view import READERS, FunnelView, funnel_view
from admin.routes import LOOKERS, Route
from admin.words import DASH, grouped
from core.charts.counties import county_places, tile_name
from core.charts.tiles import Tile, tile_map
from core.funnel.events import Kind
from core.funnel.population import Residents, population
from core.funnel.ranking import rank_townships
from core.funnel.reading import Line, Where
from core.results.rounding import share_words

PER = 1000


@dataclass(frozen=True, slots=True)
class Measure:
    """What the tiles show: `value` decides the colour, `in_words` writes it, `note` stands small below."""

    title: str
    value: Callable[[Line, Residents | None], float | None]
    in_words: Callable[[float], str]
    note: Callable[[Line], str]


def _per_thousand(line: Line, residents: Residents | None) -> float | None:
    return float(Fraction(line[Kind.COMPLETE].people * PER, residents.residents)) if residents else None


def _count(value: float) -> str:
    return grouped(round(value))


MEASURES = {
    "completion": Measure(
        "完成率",
        lambda line, _residents: line.completion,
        share_words,
        lambda line: f"{grouped(line[Kind.START].people)}人开始",
    ),
    "complete": Measure(
        "完成人数",
        lambda line, _residents: float(line[Kind.COMPLETE].people),
        _count,
        lambda line: f"{grouped(line[Kind.START].people)}人开始",
    ),
    "scan": Measure(
        "扫码人数",
        lambda line, _residents: float(line[Kind.SCAN].people),
        _count,
        lambda line: f"{grouped(line[Kind.SCAN].visits)}次",
    ),
    "per_thousand": Measure(
        "每千人完成人数",
        _per_thousand,
        lambda value: f"{value:.1f}",
        lambda line: f"{grouped(line[Kind.COMPLETE].people)}人完成",
    ),
}


def ranking(round_id: int) -> str:
    """Townships, best first."""
    with funnel_view(round_id) as view:
        known = population(view.connection)
        within = view.county.code if view.county else ""
        lines = view.funnel.townships(within)
        ranked, without = rank_townships(lines, known, view.gazetteer, within) if not view.unit else ([], [])
        elsewhere = view.funnel.total(Where(owner=within))[Kind.COMPLETE].people
        return render_template(
            "funnel_ranking.html",
            view=view,
            ranked=ranked,
            without=without,
            sources=sorted({(each.source, each.year) for line in ranked if (each := line.residents)}),
            elsewhere=elsewhere,
        )


def county_map(round_id: int) -> str:
    """The counties as tiles."""
    name = read_choice(request.args, "measure", MEASURES, "数") or "completion"
    measure = MEASURES[name]
    with funnel_view(round_id) as view:
        known = population(view.connection)
        tiles = _tiles(view, measure, known)
        told = f"{view.round.name}：各县（区）的{measure.title}"
        return render_template(
            "funnel_map.html",
            view=view,
            chart=tile_map(tiles, told, measure.in_words),
            measure=name,
            measures={key: each.title for key, each in MEASURES.items()},
            is_without_population=name == "per_thousand" and any(tile.value is None for tile in tiles),
            total=view.funnel.total(),
            Kind=Kind,
        )


def _tiles(view: FunnelView, measure: Measure, known: dict[str, Residents]) -> list[Tile]:
    lines = {line.owner: line for line in view.funnel.owners()}
    places = county_places(view.gazetteer.counties)
    tiles = []
    for county in view.gazetteer.counties:
        line = lines.get(county.code, Line(county.code))
        value = measure.value(line, known.get(county.code))
        figure = DASH if value is None else measure.in_words(value)
        column, row = places[county.code]
        tiles.append(Tile(column, row, tile_name(county.short_name), value, figure, measure.note(line)))
    return tiles


ROUTES = (
    Route("/rounds/<int:round_id>/funnel/ranking", "funnel_ranking", ranking, READERS),
    Route("/rounds/<int:round_id>/funnel/map", "funnel_map", county_map, LOOKERS),
)
