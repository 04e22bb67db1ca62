"""Townships side by side, whatever their size: complete answers by their codes per 1,000 residents. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.funnel.events import Kind
from core.funnel.population import Residents
from core.funnel.reading import Line
from core.places.gazetteer import Gazetteer, PlaceNode


@dataclass(frozen=True, slots=True)
class Ranked:
    """
    A township. `answers`: people who completed by its codes; `per_thousand`: of its residents.

    Equal values share a `rank`, and the next one is as if they had had one each (1, 2, 2, 4). Without a
    population rank, figure and residents are None.
    """

    place: PlaceNode
    name: str
    answers: int
    residents: Residents | None = None
    per_thousand: Fraction | None = None
    rank: int | None = None


def rank_townships(
    lines: Iterable[Line], known: Mapping[str, Residents], gazetteer: Gazetteer, within: str = ""
) -> tuple[list[Ranked], list[Ranked]]:
    """
    Best first, and apart from them those without a population. Every township that lies in `within` (a
    county's code; '' for all) is in one of the two, those without an answer too.
    """
    answers = {line.township: line[Kind.COMPLETE].people for line in lines}
    townships = [place for place in gazetteer.at_level("township") if place.code.startswith(within)]
    without: list[Ranked] = []
    with_residents: list[tuple[Fraction, Ranked]] = []
    for place in townships:
        line = Ranked(
            place, gazetteer.full_name(place.code), answers.get(place.code, 0), known.get(place.code)
        )
        if line.residents is None:
            without.append(line)
        else:
            with_residents.append((Fraction(line.answers * 1000, line.residents.residents), line))
    with_residents.sort(key=lambda each: (-each[0], each[1].place.code))
    ranked: list[Ranked] = []
    for number, (value, line) in enumerate(with_residents, 1):
        is_tied = bool(ranked) and ranked[-1].per_thousand == value
        rank = ranked[-1].rank if is_tied else number
        ranked.append(Ranked(line.place, line.name, line.answers, line.residents, value, rank))
    without.sort(key=lambda line: (-line.answers, line.place.code))
    return ranked, without
