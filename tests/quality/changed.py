"""Thresholds that differ from the shipped ones."""

from dataclasses import replace

from core.quality.thresholds import Thresholds


def with_points(thresholds: Thresholds, **points: int) -> Thresholds:
    """The same, with other points for some rules."""
    rules = {name: replace(getattr(thresholds, name), points=given) for name, given in points.items()}
    return replace(thresholds, **rules)
