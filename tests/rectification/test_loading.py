"""Lists of items: what is refused and how it is said, what loading again changes, the sample's figures."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.people.reach import EVERYTHING, Reach
from core.places.gazetteer import Gazetteer
from core.places.lists import read_places, read_units
from core.places.service import load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.rectification.authors import Author, Origin
from core.rectification.demo import SAMPLE, sample_for, years_to_move
from core.rectification.details import Details
from core.rectification.figures import Figures, figures_by_unit, total
from core.rectification.lists import Due, Sort, Wanted, count_items, list_items
from core.rectification.loading import Line, read_items
from core.rectification.models import Item, ItemAct
from core.rectification.notices import notices_between
from core.rectification.plan import Plan, ShownDiffers, apply_plan, plan_load
from core.rectification.service import do, known_subjects
from core.rectification.store import standing_of
from core.rectification.tables_out import write_items
from core.rectification.words import Act, State, Why
from tests.hand_clock import START
from tests.rectification.cast import OFFICE, UNIT, UNITS_LIAISON, make_item, make_staff

TODAY = date(2026, 12, 1)
IMPORTER = Author.system(Origin.IMPORT)
HEADER = "序号,意见建议,来源,类别,牵头单位,协办单位,整改时限,状态,完成日期,延期至,未完成原因"


def lines_of(gazetteer: Gazetteer, *rows: str, header: str = HEADER) -> list[Line]:
    return read_items("\n".join([header, *rows]).encode(), gazetteer, TODAY, "表.csv")


def faults_of(gazetteer: Gazetteer, *rows: str) -> str:
    with pytest.raises(BadInput) as refused:
        lines_of(gazetteer, *rows)
    return str(refused.value)


def load(session: Session, lines: list[Line]) -> Plan:
    plan = plan_load(session, lines, "表.csv")
    apply_plan(session, plan, IMPORTER, START)
    session.flush()
    return plan


@pytest.fixture
def city(engine: Engine) -> Any:
    """All places and units."""
    with Session(engine) as session:
        load_places(session, read_places(PLACE_FILES[:1]))
        load_units(session, read_units(UNIT_FILES))
        make_staff(session)
        yield session


# The sample ---------------------------------------------------------------------------------------------


def test_the_sample_gives_the_offices_own_figures(city: Session, gazetteer: Gazetteer) -> None:
    load(city, read_items(SAMPLE, gazetteer, TODAY))

    whole = total(figures_by_unit(city, EVERYTHING, TODAY))

    assert (whole.assigned, whole.closed) == (625, 541)
    assert f"{whole.on_time_rate:.1%} {whole.completion_rate:.1%}" == "86.6% 86.6%"


def test_the_demonstration_keeps_the_figures_and_has_items_overdue_and_ahead(
    city: Session, gazetteer: Gazetteer
) -> None:
    load(city, sample_for(TODAY, gazetteer))

    whole = total(figures_by_unit(city, EVERYTHING, TODAY))

    assert (whole.assigned, whole.closed, whole.on_time, whole.completed) == (625, 541, 541, 541)
    assert (whole.overdue, whole.extended) == (54, 30)
    assert count_items(city, Wanted(due=Due.MONTH), EVERYTHING, TODAY) == 30
    assert city.scalar(select(func.max(Item.done_on))) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("today", "years"), [("2026-12-30", 4), ("2026-12-31", 5), ("2027-06-01", 5), ("2021-07-01", 0)]
)
def test_dates_move_as_far_as_nothing_done_lies_ahead(today: str, years: int) -> None:
    assert years_to_move(date(2021, 12, 31), date.fromisoformat(today)) == years


def test_numbers_are_the_samples_own_when_the_list_is_empty(city: Session, gazetteer: Gazetteer) -> None:
    load(city, read_items(SAMPLE, gazetteer, TODAY))

    item = city.get(Item, 2)

    assert item is not None
    assert (item.source_number, item.lead_code, item.state) == ("2", "451202", State.WORKING)
    assert (item.first_deadline, item.deadline) == (date(2021, 6, 30), date(2022, 6, 30))
    assert (item.why, item.why_words) == (Why.FUNDS, "项目已批复，资金未到位")
    assert standing_of(city, item).assist == ("U050",)


# Loading again ------------------------------------------------------------------------------------------


def test_loading_the_same_file_again_changes_nothing(city: Session, gazetteer: Gazetteer) -> None:
    rows = [
        "1,路坏了,2026年度,交通,U024,U031;U034,2026-12-31,推进中,,,",
        "2,缺公厕,2026年度,卫生,451228,,2026-12-31,,,,",
    ]
    load(city, lines_of(gazetteer, *rows))
    acts = city.scalar(select(func.count()).select_from(ItemAct))

    again = load(city, lines_of(gazetteer, *rows))

    assert again.is_idle
    assert str(again) == "共2条：新增0，更新0，没有变化2"
    assert city.scalar(select(func.count()).select_from(ItemAct)) == acts


def test_loading_again_takes_back_nothing_that_was_done_since(city: Session, gazetteer: Gazetteer) -> None:
    rows = ["1,路坏了,2026年度,交通,U024,,2026-12-31,,,,"]
    load(city, lines_of(gazetteer, *rows))
    do(city, 1, Act.CLAIM, UNITS_LIAISON, START)

    again = load(city, lines_of(gazetteer, *rows))

    assert again.is_idle
    assert city.get_one(Item, 1).state == State.WORKING


def test_what_the_office_changed_in_the_list_is_shown_and_kept_in_the_log(
    city: Session, gazetteer: Gazetteer
) -> None:
    load(city, lines_of(gazetteer, "1,路坏了,2026年度,交通,U024,,2026-12-31,推进中,,,"))

    plan = load(
        city, lines_of(gazetteer, "1,路坏了，灯也坏了,2026年度,交通,U024,,2026-12-31,已销号,2026-11-20,,")
    )

    told = [str(each) for each in plan.of("changed")[0].differences]
    assert told == ["意见建议 路坏了→路坏了，灯也坏了", "状态 整改中→已销号", "完成日期 空→2026-11-20"]
    item = city.get_one(Item, 1)
    assert (item.state, item.done_on, item.percent) == (State.CLOSED, date(2026, 11, 20), 100)
    acts = [row.act for row in city.scalars(select(ItemAct).order_by(ItemAct.id))]
    assert acts == [Act.LOAD, Act.CORRECT]


def test_what_moved_between_preview_and_confirmation_is_not_overwritten(
    city: Session, gazetteer: Gazetteer
) -> None:
    load(city, lines_of(gazetteer, "1,路坏了,2026年度,交通,U024,,2026-12-31,,,,"))
    plan = plan_load(city, lines_of(gazetteer, "1,路坏得很,2026年度,交通,U024,,2026-12-31,,,,"))
    do(city, 1, Act.CLAIM, UNITS_LIAISON, START)

    with pytest.raises(ShownDiffers):
        apply_plan(city, plan, IMPORTER, START)


def test_another_lead_unit_in_the_list_is_a_transfer_that_it_hears_of(
    city: Session, gazetteer: Gazetteer
) -> None:
    load(city, lines_of(gazetteer, "1,路坏了,2026年度,交通,U024,,2026-12-31,推进中,,,"))

    load(city, lines_of(gazetteer, "1,路坏了,2026年度,环保,U031,,2026-12-31,推进中,,,"))

    item = city.get_one(Item, 1)
    assert (item.lead_code, item.state, item.category) == ("U031", State.ASSIGNED, "环保")
    notices = list(notices_between(city, START - timedelta(days=1), START))
    assert [(each.act, each.lead_codes) for each in notices] == [(Act.TRANSFER, ("U031",))]


def test_a_list_without_a_column_leaves_what_stands_there(city: Session, gazetteer: Gazetteer) -> None:
    load(city, lines_of(gazetteer, "1,路坏了,2026年度,交通,U024,U031,2026-06-30,推进中,,2026-12-31,资金"))
    short = "序号,意见建议,来源,类别,牵头单位,整改时限"

    again = load(city, lines_of(gazetteer, "1,路坏了,2026年度,环保,U024,2026-06-30", header=short))

    assert [str(each) for each in again.of("changed")[0].differences] == ["类别 交通→环保"]
    item = city.get_one(Item, 1)
    assert (item.deadline, standing_of(city, item).assist) == (date(2026, 12, 31), ("U031",))


def test_by_deadline_those_in_hand_come_before_those_done(city: Session, gazetteer: Gazetteer) -> None:
    rows = (
        "1,路坏了,2026年度,交通,U024,,2026-03-01,已销号,2026-02-01,,",
        "2,灯坏了,2026年度,交通,U024,,2026-12-31,推进中,,,",
    )
    load(city, lines_of(gazetteer, *rows))

    items = list_items(city, Wanted(), EVERYTHING, TODAY)

    assert [item.number for item in items] == [2, 1]


# Excel out and back in ------------------------------------------------------------------------------------


def exported(city: Session, path: Path, file_format: str) -> None:
    items = list_items(city, Wanted(), EVERYTHING, TODAY, sort=Sort.NUMBER)
    write_items(city, items, known_subjects(city), path, file_format)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_a_difference(
    city: Session, gazetteer: Gazetteer, tmp_path: Path, file_format: str
) -> None:
    load(city, read_items(SAMPLE, gazetteer, TODAY)[:60])
    make_item(city, text="=1+1 不是公式", lead=UNIT)
    path = tmp_path / f"台账.{file_format}"
    exported(city, path, file_format)

    plan = plan_load(city, read_items(path, gazetteer, TODAY))

    assert str(plan) == "共61条：新增0，更新0，没有变化61"


def test_a_row_edited_in_excel_is_applied_and_a_stale_one_is_left_out(
    city: Session, gazetteer: Gazetteer, tmp_path: Path
) -> None:
    for _ in range(2):
        make_item(city, lead=UNIT)
    path = tmp_path / "台账.xlsx"
    exported(city, path, "xlsx")
    do(city, 2, Act.CLAIM, UNITS_LIAISON, START)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    header = [cell.value for cell in sheet[1]]
    for row in (2, 3):
        sheet.cell(row, header.index("类别") + 1).value = "治安"
    book.save(path)
    book.close()

    plan = load(city, read_items(path, gazetteer, TODAY))

    assert [each.number for each in plan.of("changed")] == [1]
    assert [each.number for each in plan.of("stale")] == [2]
    assert [item.category for item in city.scalars(select(Item).order_by(Item.number))] == ["治安", "交通"]


def test_statistics_programs_get_a_sav(city: Session, gazetteer: Gazetteer, tmp_path: Path) -> None:
    load(city, read_items(SAMPLE, gazetteer, TODAY)[:5])
    path = tmp_path / "items.sav"

    exported(city, path, "sav")

    frame, _meta = pyreadstat.read_sav(path)
    assert len(frame) == 5


# Faults ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,路坏了,2026年度,交通,U999,,2026-12-31,,,,", "没有“U999”这个县（区）或单位"),
        ("1,路坏了,2026年度,交通,U024,U999,2026-12-31,,,,", "“协办单位”列"),
        ("1,路坏了,2026年度,交通,U024,U024,2026-12-31,,,,", "里面有牵头单位自己"),
        ("1,路坏了,2026年度,交通,U024,,2026-12-31,做着呢,,,", "只能填推进中、已销号"),
        ("1,路坏了,2026年度,交通,U024,,2026-12-31,已销号,,,", "已销号的要填完成日期"),
        ("1,路坏了,2026年度,交通,U024,,2026-12-31,推进中,2026-11-01,,", "状态就要是“已销号”"),
        ("1,路坏了,2026年度,交通,U024,,2026-12-31,已销号,2026-12-30,,", "2026-12-30还没有到"),
        ("1,路坏了,2026年度,交通,U024,,2026-12-31,,,2026-11-01,", "比整改时限（2026-12-31）还早"),
        ("1,路坏了,2026年度,交通,U024,,月底,,,,", "不是日期"),
        ("1,,2026年度,交通,U024,,2026-12-31,,,,", "第2行“意见建议”列: 没有填"),
    ],
)
def test_each_fault_is_told_with_row_and_column(gazetteer: Gazetteer, row: str, words: str) -> None:
    assert words in faults_of(gazetteer, row)


def test_all_faults_are_told_together(gazetteer: Gazetteer) -> None:
    told = faults_of(
        gazetteer,
        "1,路坏了,2026年度,交通,U999,,2026-12-31,,,,",
        "7,缺公厕,2026年度,卫生,451228,,2026-12-31,,,,",
        "7,缺路灯,2026年度,卫生,451228,,2026-12-31,,,,",
    )

    assert "第2行“牵头单位”列" in told
    assert "“2026年度”的7号和第3行重复" in told


def test_units_may_be_written_by_name_and_joined_in_any_way(gazetteer: Gazetteer) -> None:
    unit, other = gazetteer.unit("U024"), gazetteer.unit("U031")
    assert unit
    assert other

    line = lines_of(
        gazetteer, f"1,路坏了,2026年度,交通,都安瑶族自治县,{unit.name}、{other.short_name},2026/12/31,,,,"
    )[0]

    assert (line.facts.lead_code, line.facts.assist) == ("451228", ("U024", "U031"))


def test_an_unknown_number_is_refused_and_nothing_is_written(city: Session, gazetteer: Gazetteer) -> None:
    lines = lines_of(
        gazetteer,
        "77,路坏了,2026年度,交通,U024,2026-12-31",
        header="编号,意见建议,来源,类别,牵头单位,整改时限",
    )

    with pytest.raises(BadInput, match="没有77号"):
        plan_load(city, lines)


def test_a_list_cannot_move_an_item_to_a_state_only_acts_reach(city: Session, gazetteer: Gazetteer) -> None:
    load(city, lines_of(gazetteer, "1,路坏了,2026年度,交通,U024,,2026-12-31,推进中,,,"))

    with pytest.raises(BadInput, match="不能在表里改成“办公室核验”"):
        plan_load(city, lines_of(gazetteer, "1,路坏了,2026年度,交通,U024,,2026-12-31,办公室核验,,,"))


# Figures --------------------------------------------------------------------------------------------------


def test_an_extension_counts_for_completion_and_not_for_being_on_time(
    city: Session, gazetteer: Gazetteer
) -> None:
    load(
        city,
        lines_of(
            gazetteer,
            "1,按首次时限,2026年度,交通,U024,,2026-06-30,已销号,2026-06-30,,",
            "2,延期以后,2026年度,交通,U024,,2026-06-30,已销号,2026-08-01,2026-09-30,",
            "3,晚了,2026年度,交通,U024,,2026-06-30,已销号,2026-08-01,,",
            "4,还在延期里,2026年度,交通,U024,,2026-06-30,推进中,,2026-12-31,资金未到位",
            "5,超期,2026年度,交通,U024,,2026-06-30,推进中,,,",
            "6,没人领,2026年度,交通,U024,,2026-12-05,,,,",
            "7,别人的,2026年度,交通,U031,,2026-12-05,,,,",
        ),
    )

    own = figures_by_unit(city, Reach("unit", "U024"), TODAY)

    assert [line.code for line in own] == ["U024"]
    assert own[0].figures == Figures(
        assigned=6, claimed=5, in_check=0, closed=3, on_time=1, completed=2, extended=1, overdue=1, soon=1
    )
    do(
        city,
        5,
        Act.ASK_EXTENSION,
        UNITS_LIAISON,
        START,
        Details(until=date(2027, 1, 31), why=Why.LAND, text="征地"),
    )
    do(city, 5, Act.GRANT_EXTENSION, OFFICE, START)
    assert total(figures_by_unit(city, EVERYTHING, TODAY)).overdue == 0


def test_an_exported_csv_starts_with_the_permanent_number(city: Session, tmp_path: Path) -> None:
    make_item(city, lead=UNIT)
    exported(city, tmp_path / "台账.csv", "csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "台账.csv").read_text("utf-8-sig"))))

    assert rows[0]["编号"] == "1"
    assert (rows[0]["状态"], rows[0]["牵头单位"]) == ("待领取", "U024")
