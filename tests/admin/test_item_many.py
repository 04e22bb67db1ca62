"""Acting on several items at once: from the list, by splitting and merging, by loading a workbook."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.audit.models import AuditEntry
from core.rectification.details import Details
from core.rectification.large_loads import (
    LARGE_BYTES,
    LARGE_ROWS,
    LOAD_KIND,
    LOOK_KIND,
    load_for_task,
    look_for_task,
)
from core.rectification.models import Item
from core.rectification.service import do
from core.rectification.standing import replay
from core.rectification.store import as_done, log_of, standing_of
from core.rectification.words import Act, State
from core.tasks.running import run_due
from tests.admin.item_city import SignIn, act, state_of
from tests.hand_clock import START
from tests.rectification.cast import (
    COUNTY,
    COUNTYS_LIAISON,
    OTHER_UNIT,
    UNIT,
    UNITS_LIAISON,
)

pytestmark = pytest.mark.usefixtures("item_city")


def test_several_items_are_acted_on_after_a_look_at_which(parts: Parts, signed_in: SignIn) -> None:
    for number, liaison in ((1, UNITS_LIAISON), (2, COUNTYS_LIAISON)):
        with parts.writing() as session:
            do(session, number, Act.CLAIM, liaison, START)
    with parts.writing() as session:
        do(session, 1, Act.APPLY, UNITS_LIAISON, START, Details(text="好了"))
    office = signed_in("office")
    chosen = {"act": "close", "number": ["1", "2"]}

    looked = office.post("/items/bulk", chosen, page="/items/")  # type: ignore[arg-type]
    assert "要对1条做“核验通过，销号”吗" in looked.text
    assert "2号</a>：现在是“整改中”，不能核验通过，销号" in looked.text
    assert state_of(parts, 1) == State.AT_OFFICE

    office.post("/items/bulk", chosen | {"confirmed": "1"}, page="/items/")  # type: ignore[arg-type]
    assert (state_of(parts, 1), state_of(parts, 2)) == (State.CLOSED, State.WORKING)
    assert "1条办好了" in office.get("/items/").text


def test_acting_on_several_at_once_is_all_or_nothing(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")

    sent = office.post(
        "/items/bulk",
        {"act": "transfer", "number": ["1", "2"], "confirmed": "1", "unit": UNIT, "text": "归交通"},  # type: ignore[dict-item]
        page="/items/",
    )

    assert sent.status_code == 409
    assert "一条也没有办" in sent.text
    with Session(parts.engine) as session:
        assert session.get_one(Item, 2).lead_code == COUNTY


def test_one_opinion_becomes_several_items_and_duplicates_become_one(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")

    split = office.post(
        "/items/1/split",
        {"text": ["修路", "装灯", ""], "lead": [UNIT, OTHER_UNIT, UNIT]},  # type: ignore[dict-item]
        page="/items/1/split",
    )
    assert split.status_code == 303
    assert (state_of(parts, 1), state_of(parts, 3), state_of(parts, 4)) == ("split", "assigned", "assigned")

    act(office, 4, "merge", into="3号", text="同一条路")
    assert state_of(parts, 4) == State.MERGED
    assert OTHER_UNIT in [row.code for row in _assists(parts, 3)]
    assert "4号并进来" in office.get("/items/3").text


def test_a_workbook_is_shown_before_it_is_applied(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")
    header = "编号,意见建议,来源,类别,牵头单位,整改时限"
    rows = ["1,路坏得很,2026年度,交通,U024,2026-12-20", ",新的一条,2026年度,交通,U031,2026-12-31"]
    table = "\n".join([header, *rows])

    sent = office.client.post(
        "/admin/items/load",
        data={"csrf_token": office.token("/items/load"), "file": (io.BytesIO(table.encode()), "台账.csv")},
    )
    preview = sent.headers["Location"].removeprefix("/admin")
    page = office.get(preview).text
    assert "共2条：新增1，更新1" in page
    assert "<ins>路坏得很</ins>" in page
    mark = page.split('name="mark" value="')[1].split('"')[0]

    done = office.post(preview, {"mark": mark}, page=preview)
    assert done.status_code == 303
    with Session(parts.engine) as session:
        assert session.get_one(Item, 1).text == "路坏得很"
        assert session.get_one(Item, 3).first_deadline == date(2026, 12, 31)
    again = office.post(preview, {"mark": mark}, page=preview)
    assert again.status_code == 409
    assert "您看过以后，有的事项又变了" in again.text


def test_a_faulty_workbook_is_told_row_by_row(signed_in: SignIn) -> None:
    office = signed_in("office")
    table = "意见建议,来源,类别,牵头单位,整改时限\n路坏了,2026年度,交通,U999,月底\n"

    sent = office.client.post(
        "/admin/items/load",
        data={"csrf_token": office.token("/items/load"), "file": (io.BytesIO(table.encode()), "台账.csv")},
        follow_redirects=True,
    )

    assert sent.status_code == 400
    assert "台账.csv 第2行“牵头单位”列" in sent.text or "台账.csv 第2行“整改时限”列" in sent.text
    assert "什么都没有写入" in sent.text


def work(parts: Parts) -> None:
    """What the worker does."""
    rest = (parts.engine, parts.settings.var, parts.clock)
    works = {
        LOOK_KIND: lambda hold: look_for_task(hold, *rest),
        LOAD_KIND: lambda hold: load_for_task(hold, *rest),
    }
    run_due(parts.engine, parts.settings.var, works, parts.clock)


@pytest.mark.parametrize("unit", [UNIT, "U999"])
def test_a_large_file_is_looked_at_by_the_worker(parts: Parts, signed_in: SignIn, unit: str) -> None:
    office = signed_in("office")
    rows = [f"{each},{'长' * 1990}{each},2027年度,交通,{unit},2026-12-31" for each in range(30)]
    table = "\n".join(["序号,意见建议,来源,类别,牵头单位,整改时限", *rows]).encode()
    assert len(table) > LARGE_BYTES

    data = {"csrf_token": office.token("/items/load"), "file": (io.BytesIO(table), "台账.csv")}
    task = office.client.post("/admin/items/load", data=data).headers["Location"].removeprefix("/admin")
    assert "看看会改什么：台账.csv" in office.get(task).text
    work(parts)
    preview = office.get(task).headers["Location"].removeprefix("/admin")
    page = office.get(preview)

    if unit == UNIT:
        assert "共30条：新增30" in page.text
        form = dict(re.findall(r'name="(mark|large)" value="([^"]+)"', page.text))
        asked = office.post(preview, form, page=preview).headers["Location"].removeprefix("/admin")
        work(parts)
        assert "导入好了。共30条：新增30" in office.get(asked).text
    else:
        assert page.status_code == 400
        assert "台账.csv 第2行“牵头单位”列" in page.text


def test_a_long_list_is_written_by_the_worker_as_it_was_shown(parts: Parts, signed_in: SignIn) -> None:
    office = signed_in("office")
    rows = [f"{each},第{each}条路坏了,2027年度,交通,{UNIT},2026-12-31" for each in range(LARGE_ROWS + 1)]
    table = "\n".join(["序号,意见建议,来源,类别,牵头单位,整改时限", *rows]).encode()

    def ask(**forged: str) -> str:
        data = {"csrf_token": office.token("/items/load"), "file": (io.BytesIO(table), "台账.csv")}
        preview = office.client.post("/admin/items/load", data=data).headers["Location"]
        path = preview.removeprefix("/admin")
        page = office.get(path).text
        assert "由后台写入" in page
        form = dict(re.findall(r'name="(mark|large)" value="([^"]+)"', page)) | forged
        return str(office.post(path, form, page=path).headers["Location"].removeprefix("/admin"))

    def count() -> int:
        with Session(parts.engine) as session:
            return session.scalar(select(func.count()).select_from(Item)) or 0

    forged, asked, again = ask(mark="0"), ask(), ask()
    assert count() == 2
    work(parts)

    assert "您看过以后，有的事项又变了" in office.get(forged).text
    assert f"共{LARGE_ROWS + 1}条：新增{LARGE_ROWS + 1}" in office.get(asked).text
    assert "表里的都在系统里了" in office.get(again).text
    assert count() == 2 + LARGE_ROWS + 1
    with Session(parts.engine) as session:
        assert standing_of(session, session.get_one(Item, 3)) == replay(as_done(log_of(session, 3)))
        loaded = select(AuditEntry.about).where(AuditEntry.act == "list_loaded")
        assert session.scalars(loaded).all() == ["list:items"]


def _assists(parts: Parts, number: int) -> list[object]:
    from core.rectification.models import ItemAssist

    with Session(parts.engine) as session:
        return list(session.scalars(select(ItemAssist).where(ItemAssist.item_number == number)))
