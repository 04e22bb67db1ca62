"""`make bench` gives its table; how fast is not asked here, for the machine may be busy."""

import re
import subprocess
import sys

import pytest

from tests.paths import ROOT

SERVERS = ["ours, SQLite", "ours, PostgreSQL", "WeRoBot echo"]
HEADER = ["server", "connections", "turns/s", "ratio", "p50 ms", "p99 ms", "MB", "failed"]
# Three servers are started and two databases filled; on a busy machine that takes its time.
TIMEOUT_SECONDS = 240


@pytest.mark.timeout(TIMEOUT_SECONDS + 20)
def test_a_short_benchmark_gives_a_row_for_each_server_and_no_failures() -> None:
    command = [sys.executable, "-m", "benchmarks.turn", "--seconds", "0.3", "--connections", "8"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)

    assert done.returncode == 0, done.stderr
    header, *rows = done.stdout.splitlines()
    assert re.split(r"  +", header) == HEADER
    for server, row in zip(SERVERS, rows, strict=True):
        assert row.startswith(server)
        connections, per_second, *_, failed = row.removeprefix(server).split()
        assert (connections, failed) == ("8", "0")
        assert float(per_second) > 0


@pytest.mark.timeout(TIMEOUT_SECONDS + 20)
def test_reading_the_funnel_is_measured_on_both_databases() -> None:
    command = [sys.executable, "-m", "benchmarks.funnel", "--events", "3000", "--behind", "300"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)

    assert done.returncode == 0, done.stderr
    rows = done.stdout.split("most ms\n")[1].splitlines()
    assert [row.split()[0] for row in rows] == ["SQLite"] * 12 + ["PostgreSQL"] * 12
    assert all(float(row.split()[-1]) > 0 for row in rows)
