"""
The shipped sample as a demonstration shows it: its dates moved forward by whole years, the same for all.

By as many years as leave nothing done in the future. So what was done stays done in time, and of what is
open some is overdue and some is due at the end of this year.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from core.places.gazetteer import Gazetteer
from core.rectification.loading import Line, read_items

SAMPLE = Path(__file__).resolve().parent / "data" / "rectification-sample.csv"


def sample_for(today: date, gazetteer: Gazetteer) -> list[Line]:
    """The 625 items, as of `today`."""
    lines = read_items(SAMPLE, gazetteer, today)
    years = years_to_move(max(line.facts.done_on for line in lines if line.facts.done_on), today)
    return moved(lines, years)


def years_to_move(last_done_on: date, today: date) -> int:
    """The most whole years by which the last day something was done can move and not lie in the future."""
    years = today.year - last_done_on.year
    return max(years if _later(last_done_on, years) <= today else years - 1, 0)


def moved(lines: Sequence[Line], years: int) -> list[Line]:
    """The same items with every date `years` later."""
    return [replace(line, facts=replace(line.facts, **_dates(line, years))) for line in lines]


def _dates(line: Line, years: int) -> dict[str, Any]:
    names = ("first_deadline", "deadline", "done_on")
    return {name: _later(day, years) for name in names if (day := getattr(line.facts, name)) is not None}


def _later(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
