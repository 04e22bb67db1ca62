"""Lists of liaisons are loaded whole or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.liaisons.lists import LoadReport, read_and_load
from core.liaisons.service import Known, list_liaisons
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING
from tests.hand_clock import START

HEADER = "单位,姓名,手机号,身份,代班从,代班到\n"


def load(engine: Engine, keys: KeyRing, rows: str) -> LoadReport:
    with Session(engine) as session, session.begin():
        return read_and_load(session, keys, (HEADER + rows).encode("gb18030"), START, "名单.csv")


def known(engine: Engine, keys: KeyRing) -> list[Known]:
    with engine.connect() as connection:
        return list_liaisons(connection, keys, EVERYTHING)


def test_units_are_named_by_code_or_name(city: Engine, keys: KeyRing) -> None:
    report = load(
        city,
        keys,
        "都安县,韦 小明,13977812345,,,\n451203,覃小红,0778-2280000,负责人,,\n"
        "U017,蓝小山,13877812345,假期代班,2026/12/1,2026年12月7日\n",
    )

    assert str(report) == "名单上有3人：新增3，更新0"
    assert [(each.subject_code, each.name, each.kind.value) for each in known(city, keys)] == [
        ("451203", "覃小红", "head"),
        ("451228", "韦小明", "liaison"),
        ("U017", "蓝小山", "standin"),
    ]


def test_loading_again_updates_and_leaves_others_alone(city: Engine, keys: KeyRing) -> None:
    load(city, keys, "都安县,韦小明,13977812345,,,\nU017,覃小红,13877812345,,,\n")

    report = load(city, keys, "都安县,韦小明,13900000000,,,\nU018,蓝小山,13877812345,,,\n")

    assert report == LoadReport(2, 1, 1, 1)
    assert known(city, keys)[0].phone == "13900000000"
    assert load(city, keys, "都安县,韦小明,13900000000,,,\n") == LoadReport(1, 0, 0, 2)


def test_every_fault_is_told_with_its_row_and_nothing_is_written(city: Engine, keys: KeyRing) -> None:
    with pytest.raises(BadInput) as refused:
        load(
            city,
            keys,
            "天上局,韦小明,13977812345,,,\nU017,覃小红,123,,,\nU017,莫小山,13977812345,假期代班,,\n"
            "U018,蓝小山,13977812345,,,\nU018,蓝小山,13977812346,联络员,,\n",
        )

    assert [fault.place for fault in refused.value.faults] == [
        "名单.csv 第2行“单位”列",
        "名单.csv 第3行",
        "名单.csv 第4行",
        "名单.csv 第6行",
    ]
    assert known(city, keys) == []


def test_a_file_that_is_no_list_is_refused(city: Engine, keys: KeyRing, tmp_path: Path) -> None:
    wrong = tmp_path / "a.csv"
    wrong.write_text("代号,名字\nU017,韦小明\n", "utf-8")

    with Session(city) as session, pytest.raises(BadInput, match="缺少这些列"):
        read_and_load(session, keys, wrong, START)
