"""
Taking a year out: every format by the command, each in a process of its own, with its largest memory.

    python -m benchmarks.exports --folder /tmp/year --formats csv

The limits are 60 s for the csv, 300 MB for csv and xlsx, 1 GB for the sav. "cpu s" is what the process itself
worked, which a busy machine does not lengthen as much; the database's own work is not in it on PostgreSQL.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load_year import MAIN, environ

FORMATS = ("csv", "xlsx", "sav")
KB_PER_MB = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One export: seconds by the clock, the process's own work, its largest resident set, the file."""

    database: str
    file_format: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    file_mb: float


def measure(database: str, folder: Path, url: str | None, formats: Sequence[str]) -> Iterator[Row]:
    """Export the year's round in each format; the files are thrown away."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        for file_format in formats:
            path = Path(out) / f"answers.{file_format}"
            command = [sys.executable, "-m", "cli", "export", "answers", "--round", MAIN]
            command += ["--format", file_format, "--out", str(path)]
            started = time.perf_counter()
            process = subprocess.Popen(
                command, env={**os.environ, **environ(folder, url)}, stdout=subprocess.DEVNULL
            )
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"the export to {file_format} failed")
            cpu_seconds = used.ru_utime + used.ru_stime
            file_mb = path.stat().st_size / 1e6
            yield Row(database, file_format, seconds, cpu_seconds, used.ru_maxrss / KB_PER_MB, file_mb)
            path.unlink()


def print_table(rows: Sequence[Row]) -> None:
    """The measurements."""
    print(f"{'database':<12}{'format':<8}{'seconds':>9}{'cpu s':>8}{'peak MB':>9}{'file MB':>9}")
    for row in rows:
        print(
            f"{row.database:<12}{row.file_format:<8}{row.seconds:>9.1f}{row.cpu_seconds:>8.1f}"
            f"{row.peak_mb:>9.0f}{row.file_mb:>9.0f}"
        )


def main(arguments: list[str] | None = None) -> list[Row]:
    """Measure a year that is loaded already, and print the table."""
    parser = argparse.ArgumentParser(description="Every export of a year that is loaded.")
    parser.add_argument("--folder", type=Path, required=True, help="as given to benchmarks.load_year")
    parser.add_argument("--database", help="as given to benchmarks.load_year")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    given = parser.parse_args(arguments)
    database = "PostgreSQL" if given.database else "SQLite"
    rows = list(measure(database, given.folder, given.database, given.formats))
    print_table(rows)
    return rows


if __name__ == "__main__":
    main()
