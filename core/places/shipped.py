"""The lists that come with the program; `data/SOURCES.md` tells where from."""

from pathlib import Path

from core.places.gazetteer import Gazetteer
from core.places.lists import read_places, read_units

FOLDER = Path(__file__).resolve().parent / "data"
PLACE_FILES = tuple(
    FOLDER / name for name in ("hechi-places.csv", "hechi-villages.csv.gz", "hechi-places-changes.csv")
)
UNIT_FILES = (FOLDER / "hechi-units.csv",)


def shipped_gazetteer() -> Gazetteer:
    """The shipped places and units, without a database."""
    listed = read_places(PLACE_FILES)
    return Gazetteer(listed.places, read_units(UNIT_FILES), listed.changes)
