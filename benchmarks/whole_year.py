"""
A year on both databases: loaded, every page looked at, every export taken, each with its table.

    python -m benchmarks.whole_year --responses 20000

With the full year this takes the better part of an hour and twelve gigabytes of disk. To look at one part
again, load once (`benchmarks.load_year`) and call `benchmarks.pages` and `benchmarks.exports` on it.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import exports, load_year, pages
from tests.servers import running_postgres

SLOWEST = 15


def main(arguments: list[str] | None = None) -> tuple[list[pages.Row], list[exports.Row]]:
    """Load, measure, and print the tables."""
    parser = argparse.ArgumentParser(description="A year on both databases: pages and exports.")
    parser.add_argument("--responses", type=int, default=load_year.RESPONSES, help="in the open round")
    parser.add_argument("--formats", nargs="+", choices=exports.FORMATS, default=exports.FORMATS)
    given = parser.parse_args(arguments)
    looked: list[pages.Row] = []
    taken: list[exports.Row] = []
    with tempfile.TemporaryDirectory() as folder, running_postgres(durable=True) as postgres:
        for database, url in (("SQLite", None), ("PostgreSQL", postgres)):
            place = Path(folder) / database
            wanted = ["--folder", str(place), "--responses", str(given.responses)]
            load_year.main(wanted + (["--database", url] if url else []))
            looked += pages.measure(database, place, url)
            taken += exports.measure(database, place, url, given.formats)
    pages.print_table(looked, SLOWEST)
    print()
    exports.print_table(taken)
    return looked, taken


if __name__ == "__main__":
    main()
