"""The codes the office has already, loaded from its file: every fault first, nothing halfway, and again."""

import pytest
from sqlalchemy.orm import Session

from core.codes.loading import LoadReport, compare_codes, load_codes, read_codes
from core.codes.retiring import retire_codes
from core.db.reading import reading
from core.errors import BadInput
from core.sheets import open_sheet
from tests.codes.office import YIZHOU_SCENES, CodeOffice

FILE = "二维码.csv"
GOOD = """场景值,Ticket,地址
p_451203100,gQ1,http://weixin.qq.com/q/a1
u_U017_bus,gQ2,http://weixin.qq.com/q/a2
"""


def load(office: CodeOffice, words: str) -> LoadReport:
    """Load a file of these words."""
    given = read_codes(open_sheet(words.encode(), FILE), office.gazetteer)
    with Session(office.engine) as session, session.begin():
        return load_codes(session, given, office.gazetteer, FILE, None, office.clock())


def test_a_file_is_taken_in_and_taken_again_without_a_change(office: CodeOffice) -> None:
    assert str(load(office, GOOD)) == "文件里有2个：新增2，改动0，原样0"
    assert str(load(office, GOOD)) == "文件里有2个：新增0，改动0，原样2"

    assert [(row.scene, row.material, row.ticket, row.state, row.source) for row in office.rows()] == [
        ("p_451203100", "", "gQ1", "created", "loaded"),
        ("u_U017_bus", "bus", "gQ2", "created", "loaded"),
    ]


def test_what_reads_otherwise_is_updated_and_named(office: CodeOffice) -> None:
    load(office, GOOD)

    report = load(office, GOOD.replace("/q/a2", "/q/b2"))

    assert [(each.scene, each.url_before, each.url_now) for each in report.changed] == [
        ("u_U017_bus", "http://weixin.qq.com/q/a2", "http://weixin.qq.com/q/b2")
    ]
    assert office.rows()[1].url.endswith("b2")


def test_two_codes_may_change_places(office: CodeOffice) -> None:
    load(office, GOOD)

    swapped = GOOD.replace("/q/a2", "/q/x").replace("/q/a1", "/q/a2").replace("/q/x", "/q/a1")
    assert len(load(office, swapped).changed) == 2


def test_every_fault_is_listed_and_nothing_is_written(office: CodeOffice) -> None:
    words = """scene,ticket,url
q_451203,t1,http://weixin.qq.com/q/1
p_999999,t2,http://weixin.qq.com/q/2
u_U999,t3,weixin.qq.com/q/3
p_451203,t4,
b_abc,t5,http://weixin.qq.com/q/5
p_451203100,t6,http://weixin.qq.com/q/2
p_451203100,t7,http://weixin.qq.com/q/7
"""
    with pytest.raises(BadInput):
        load(office, words)
    # The reader's own faults come first, then, once the table is sound, those of meaning.
    sound = "\n".join(line for line in words.splitlines() if not line.startswith(("p_4512",)))
    with pytest.raises(BadInput) as caught:
        load(office, sound)

    said = [str(fault) for fault in caught.value.faults]
    for line, part in (
        (2, "看不懂“q_451203”"),
        (3, "没有代码是“999999”的地方"),
        (4, "没有代码是“U999”的单位"),
        (4, "不是二维码里的地址"),
        (5, "一次性的码"),
    ):
        assert any(f"第{line}行" in each and part in each for each in said), (line, part)
    assert office.rows() == []


def test_an_address_that_is_another_codes_is_refused(office: CodeOffice) -> None:
    load(office, GOOD)

    with pytest.raises(BadInput, match=r"p_451203101 的地址已经是 p_451203100 的"):
        load(office, "scene,url\np_451203101,http://weixin.qq.com/q/a1\n")


def test_a_preview_writes_nothing(office: CodeOffice) -> None:
    given = read_codes(open_sheet(GOOD.encode(), FILE), office.gazetteer)

    with reading(office.engine) as connection:
        report = compare_codes(connection, given, office.gazetteer, FILE)

    assert (report.listed, report.added) == (2, 2)
    assert office.rows() == []


def test_a_code_that_is_planned_counts_as_there_once_it_was_loaded(office: CodeOffice) -> None:
    task_id = office.plans()
    load(office, "scene,ticket,url\np_451203100,gQ1,http://weixin.qq.com/q/a1\n")

    asked = office.works()

    assert asked == [scene for scene in YIZHOU_SCENES if scene != "p_451203100"]
    assert office.states() == {"created": 3}
    assert office.task(task_id).state == "done"


def test_what_is_loaded_while_it_is_being_made_is_kept(office: CodeOffice) -> None:
    office.plans()

    def loads(scene: str) -> None:
        if scene == "p_451203100":
            load(office, "scene,ticket,url\np_451203100,gQ1,http://weixin.qq.com/q/a1\n")

    office.works(after=loads)

    assert {row.scene: row.ticket for row in office.rows()}["p_451203100"] == "gQ1"


def test_a_retired_code_stays_retired(office: CodeOffice) -> None:
    load(office, GOOD)
    with Session(office.engine) as session, session.begin():
        retire_codes(session, [row.id for row in office.rows()], None, office.clock())

    load(office, GOOD)

    assert office.states() == {"retired": 2}


def test_codes_of_places_of_before_are_taken_and_counted(office: CodeOffice) -> None:
    report = load(office, "scene,url\np_451281100,http://weixin.qq.com/q/old\n")

    assert "其中1个的地方或单位后来变了" in str(report)


def test_headers_are_matched_loosely_and_without_tickets(office: CodeOffice) -> None:
    report = load(office, "\ufeff序号,场景值（必填）,二维码 链接\n1, p_451203 ,http://weixin.qq.com/q/c\n")

    assert report.added == 1
    assert office.rows()[0].ticket == ""
