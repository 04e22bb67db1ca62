"""The office's own list of a year: loaded whole or not at all, by command."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.workdays.service import load_days, load_workdays, read_days, unknown_year
from tests.cli.conftest import Cli, cli, installation, migrated
from tests.hand_clock import HandClock

__all__ = ["cli", "installation", "migrated"]

OFF = [f"2027-10-0{day},休,国庆节" for day in range(1, 8)] + [
    f"2027-02-0{day},休,春节" for day in range(5, 9)
]


def listed(tmp_path: Path, *lines: str) -> Path:
    """A file of these lines."""
    path = tmp_path / "2027.csv"
    path.write_text("\n".join(("日期,休或班,名称", *lines)), "utf-8-sig")
    return path


def test_loading_again_puts_the_new_list_in_place_of_the_old(
    engine: Engine, tmp_path: Path, clock: HandClock
) -> None:
    for more in ("2027-10-09,班,国庆节", "2027-10-10,班,国庆节"):
        days = read_days(listed(tmp_path, *OFF, more))
        with Session(engine) as session, session.begin():
            assert load_days(session, days, clock()) == [2027]

    with engine.connect() as connection:
        calendar = load_workdays(connection)
    assert not calendar.is_workday(date(2027, 10, 1))
    assert not calendar.is_workday(date(2027, 10, 9))
    assert calendar.is_workday(date(2027, 10, 10))
    assert unknown_year(calendar, clock()) is None


def test_the_year_that_is_not_known_is_named_in_time(engine: Engine, clock: HandClock) -> None:
    with engine.connect() as connection:
        calendar = load_workdays(connection)

    assert unknown_year(calendar, clock()) == 2027  # it is December 2026
    clock.advance(days=-2)
    assert unknown_year(calendar, clock()) is None


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("2027-10-01,休,国庆节",), "只写了1个休息日"),
        ((*OFF, "2027-10-11,班,"), "周一到周五"),
        ((*OFF, "2027-10-01,休,"), "2027-10-01"),
        ((*OFF, "后天,休,"), "后天"),
        ((*OFF, "2027-10-10,上,"), "休"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_whole(
    tmp_path: Path, lines: tuple[str, ...], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        read_days(listed(tmp_path, *lines))


def test_the_commands_load_a_year_and_say_what_a_day_is(migrated: Cli, tmp_path: Path) -> None:
    unknown = migrated("workdays", "show", "2027-10-01")
    loaded = migrated("workdays", "load", listed(tmp_path, *OFF, "2027-10-10,班,国庆节"))
    known = migrated("workdays", "show", "2027-10-01")

    assert (unknown.code, loaded.code, known.code) == (0, 0, 0)
    assert "上班" in unknown.out
    assert "只按周末休息算" in unknown.out
    assert "2027年的安排导入好了：休11天，周末上班1天" in loaded.out
    assert "2027-10-01（周五）休息" in known.out
    assert "只按周末" not in known.out


def test_a_wrong_file_is_one_line_and_exit_code_1(migrated: Cli, tmp_path: Path) -> None:
    outcome = migrated("workdays", "load", listed(tmp_path, "2027-10-01,休,国庆节"))

    assert outcome.code == 1
    assert "像是不全" in outcome.err
