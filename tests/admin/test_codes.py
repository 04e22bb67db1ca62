"""Codes in the office's browser: asked for, seen, retired, loaded, printed."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.codes.models import QrCode
from core.tasks.models import Task
from tests.admin.conftest import Browser
from tests.qrcodes.signs import as_file
from tests.reports.factories import make_places

FILE = "场景值,ticket,地址\n{lines}"


@pytest.fixture(autouse=True)
def _places(parts: Parts) -> None:
    with parts.writing() as session:
        make_places(session)


@pytest.fixture
def woken(parts: Parts) -> list[str]:
    """Every time the worker was woken."""
    calls: list[str] = []
    parts.wake_worker = lambda: calls.append("woken")
    return calls


def add_codes(parts: Parts, *scenes: str, state: str = "created") -> None:
    """Codes that were made."""
    with parts.writing() as session:
        for scene in scenes:
            letter, subject, *material = scene.split("_")
            session.add(
                QrCode(
                    scene=scene,
                    kind="unit" if letter == "u" else "place",
                    subject_code=subject,
                    material=material[0] if material else "",
                    state=state,
                    source="made",
                    url=f"http://weixin.qq.com/q/{scene}",
                    planned_at=parts.clock(),
                    created_at=parts.clock(),
                )
            )


def states(parts: Parts) -> dict[str, str]:
    with Session(parts.engine) as session:
        return dict(session.execute(select(QrCode.scene, QrCode.state)).all())


def tasks(parts: Parts) -> list[Task]:
    with Session(parts.engine) as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


WISH = {"counties": "451203", "levels": ["county", "township"], "materials": ["plain", "bus"]}


def test_codes_are_asked_for_seen_beforehand_and_then_made_by_the_worker(
    parts: Parts, office: Browser, woken: list[str]
) -> None:
    assert "还没有二维码" in office.get("/codes/").text

    preview = office.post("/codes/new", WISH, page="/codes/new")
    assert "要生成6个二维码吗" in preview.text
    assert "县（区） 2个，乡镇（街道） 4个" in preview.text
    assert (states(parts), woken) == ({}, [])

    sure = office.post("/codes/new", WISH | {"sure": "1"}, page="/codes/new")
    assert sure.status_code == 303
    (task,) = tasks(parts)
    assert sure.headers["Location"] == f"/admin/tasks/{task.id}"
    assert (task.kind, task.title, task.total, woken) == ("codes.create", "生成二维码：宜州区", 6, ["woken"])
    assert set(states(parts)) >= {"p_451203", "p_451203_bus"}
    assert "生成二维码：宜州区" in office.get("/codes/").text

    again = office.post("/codes/new", WISH, page="/codes/new")
    assert "这些二维码都已经有了" in again.text
    refused = office.post("/codes/new", WISH | {"sure": "1"}, page="/codes/new")
    assert (refused.status_code, "不用再生成" in refused.text) == (400, True)


def test_a_wish_can_be_changed_before_it_is_confirmed(office: Browser) -> None:
    form = office.post("/codes/new", WISH | {"change": "1"}, page="/codes/new")

    assert form.status_code == 200
    assert "要生成哪些二维码" in form.text
    assert 'value="451203"' in form.text.replace(
        'checked id="counties-0" name="counties" type="checkbox" ', ""
    )


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"levels": [], "materials": ["plain"]}, "还没有选要哪几类"),
        ({"levels": ["county"], "materials": []}, "至少选一种载体"),
        ({"levels": ["county"], "materials": ["plain"], "own_materials": "公交"}, "小写字母和数字"),
        ({"levels": ["galaxy"], "materials": ["plain"]}, "请从列表里选"),
    ],
)
def test_what_cannot_be_made_is_said_at_the_form(
    parts: Parts, office: Browser, wish: dict[str, Any], words: str
) -> None:
    answer = office.post("/codes/new", wish | {"sure": "1"}, page="/codes/new")

    assert (answer.status_code, words in answer.text) == (400, True)
    assert tasks(parts) == []


def test_the_list_is_filtered_by_the_address(parts: Parts, office: Browser) -> None:
    add_codes(parts, "p_451203", "p_451203100_bus", "u_U001", "p_451221")

    assert "全市 · 全部载体（4个）" in office.get("/codes/").text
    shown = office.get("/codes/?county=451203&level=township&material=bus&state=created").text
    assert "宜州区 · 乡镇（街道） · 公交车 · 已生成（1个）" in shown
    assert "p_451203100_bus" in shown
    assert "p_451221" not in shown
    assert "这个范围里没有二维码" in office.get("/codes/?state=failed").text
    assert office.get("/codes/?county=999999").status_code == 400
    assert office.get("/codes/?level=galaxy").status_code == 400
    assert "一共只有1页" in office.get("/codes/?page=9").text


def test_a_code_is_retired_and_restored_where_it_stands(parts: Parts, office: Browser) -> None:
    add_codes(parts, "p_451203", "p_451203_bus")

    retired = office.post("/codes/1/retire", {"county": "451203"}, page="/codes/")
    assert retired.headers["Location"] == "/admin/codes/?county=451203&page=1"
    assert states(parts)["p_451203"] == "retired"
    assert "恢复" in office.get("/codes/").text
    office.post("/codes/1/restore", {}, page="/codes/")
    assert states(parts)["p_451203"] == "created"


def test_many_are_retired_once_it_was_said_how_many(parts: Parts, office: Browser) -> None:
    add_codes(parts, "p_451203", "p_451203_bus", "p_451203100_bus")

    assert '<a href="/admin/codes/retire?material=bus">' in office.get("/codes/?material=bus").text
    assert "要停用2个二维码吗" in office.get("/codes/retire?material=bus").text
    done = office.post("/codes/retire", {"material": "bus"}, page="/codes/retire?material=bus")
    assert done.headers["Location"] == "/admin/codes/?material=bus&state=retired"
    assert states(parts) == {"p_451203": "created", "p_451203_bus": "retired", "p_451203100_bus": "retired"}
    assert "要恢复2个二维码吗" in office.get("/codes/retire?state=retired").text


def test_an_auditor_looks_and_changes_nothing(
    parts: Parts, signed_in: Callable[[str], Browser], office: Browser
) -> None:
    add_codes(parts, "p_451203")
    auditor = signed_in("auditor")

    page = auditor.get("/codes/").text
    assert "p_451203" in page
    for word in ("停用</button>", "生成二维码</a>", "导入已有"):
        assert word not in page
    assert auditor.post("/codes/1/retire", page="/codes/").status_code == 403


# Loading -----------------------------------------------------------------------------------------------


def send_file(
    browser: Browser, name: str, content: bytes, page: str = "/codes/load", field: str = "file"
) -> Any:
    return browser.client.post(
        f"/admin{page}",
        data={"csrf_token": browser.token(page), field: (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def test_a_file_is_looked_at_then_taken_in(parts: Parts, office: Browser) -> None:
    add_codes(parts, "p_451203")
    content = FILE.format(lines="p_451203,t,http://weixin.qq.com/q/new\nu_U001,t2,http://weixin.qq.com/q/u\n")

    seen = send_file(office, "二维码.csv", content.encode("gb18030"))
    assert "要这样导入吗" in seen.text
    assert "http://weixin.qq.com/q/new" in seen.text
    assert list(states(parts)) == ["p_451203"]

    key = seen.text.split('name="key" value="')[1].split('"')[0]
    done = office.post("/codes/load", {"sure": "1", "key": key, "filename": "二维码.csv"}, page="/codes/load")
    assert done.status_code == 303
    assert "新增1，改动1" in office.get("/codes/").text
    assert states(parts) == {"p_451203": "created", "u_U001": "created"}


def test_every_fault_of_a_file_is_listed(parts: Parts, office: Browser) -> None:
    content = FILE.format(lines="x_1,t,http://a.b/c\np_999999,t2,ftp\n")

    answer = send_file(office, "坏.csv", content.encode())

    assert answer.status_code == 400
    assert "文件里有3处问题" in answer.text
    assert "坏.csv 第3行“场景值”列" in answer.text
    assert states(parts) == {}


def test_uploads_may_be_longer_than_forms_and_not_endless(office: Browser) -> None:
    lines = "".join(f"p_451203100_m{n},t{n},http://weixin.qq.com/q/{n}\n" for n in range(5000))

    assert "要这样导入吗" in send_file(office, "多.csv", FILE.format(lines=lines).encode()).text
    too_long = office.client.post(
        "/admin/codes/load", data=b"x" * 17_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert (too_long.status_code, "文件太大" in too_long.text) == (413, True)
    assert office.post("/codes/new", {"own_materials": "x" * 70_000}, page="/codes/new").status_code == 413


def test_nobody_unknown_may_send_much(browser: Browser) -> None:
    answer = browser.client.post("/admin/codes/load", data=b"x" * 100_000, content_type="text/plain")

    assert answer.status_code in (400, 413)


# Posters -----------------------------------------------------------------------------------------------

ORDER = {
    "template": "a4",
    "county": "451203",
    "levels": ["county", "township"],
    "form": "zip",
    "palette": "green",
}


def test_posters_are_looked_at_and_ordered(parts: Parts, office: Browser, woken: list[str]) -> None:
    add_codes(parts, "p_451203", "p_451203100", "p_451221")

    seen = office.post("/posters/new", ORDER | {"preview": "1"}, page="/posters/new")
    key = seen.text.split("/admin/posters/preview/")[1].split('"')[0]
    picture = office.get(f"/posters/preview/{key}", buffered=True)
    assert picture.data.startswith(b"\x89PNG")
    assert tasks(parts) == []

    done = office.post("/posters/new", ORDER, page="/posters/new")
    (task,) = tasks(parts)
    assert done.headers["Location"] == f"/admin/tasks/{task.id}"
    assert (task.kind, task.title, task.total, woken) == (
        "codes.posters", "宜州区 A4 海报（2张）", 2, ["woken"],
    )  # fmt: skip
    assert "宜州区 A4 海报" in office.get("/posters/").text


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"place_question": "请回答满意，谢谢支持"}, "诱导"),
        ({"field_colour": "#FFEE99"}, "对比"),
        ({"field_colour": "red"}, "要写成 #0F4C50 这样"),
        ({"place_question": "问" * 31}, "最多30个字"),
        ({"county": "451221"}, "还没有已生成的二维码"),
        ({"template": "led", "form": "merged"}, "请选 ZIP"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_reason(
    parts: Parts, office: Browser, wish: dict[str, Any], words: str
) -> None:
    add_codes(parts, "p_451203")

    answer = office.post("/posters/new", ORDER | wish, page="/posters/new")

    assert (answer.status_code, words in answer.text) == (400, True)
    assert tasks(parts) == []


def test_a_logo_is_kept_from_the_preview_to_the_order_and_a_bad_one_refused(
    parts: Parts, office: Browser
) -> None:
    add_codes(parts, "p_451203")
    good = as_file(Image.new("RGB", (200, 200), "#8C1D18"))

    def order(content: bytes) -> Any:
        data = ORDER | {"csrf_token": office.token("/posters/new"), "preview": "1"}
        return office.client.post(
            "/admin/posters/new",
            data=data | {"logo": (io.BytesIO(content), "标志.png")},
            content_type="multipart/form-data",
        )

    seen = order(good)
    key = seen.text.split('name="logo_key" value="')[1].split('"')[0]
    office.post("/posters/new", ORDER | {"logo_key": key}, page="/posters/new")
    assert key in tasks(parts)[0].params

    small = order(as_file(Image.new("RGB", (50, 50), "red")))
    assert (small.status_code, "短边至少要100像素" in small.text) == (400, True)
    broken = order(b"no picture")
    assert (broken.status_code, "标志用不了" in broken.text) == (400, True)


def test_one_code_has_its_own_poster(parts: Parts, office: Browser) -> None:
    add_codes(parts, "p_451203100_bus")

    assert "宜州区庆远镇（公交车）" in office.get("/posters/new?scene=p_451203100_bus").text
    wish = {"scene": "p_451203100_bus", "template": "bus", "palette": "blue"}
    done = office.post("/posters/new", wish, page="/posters/new?scene=p_451203100_bus")
    assert done.status_code == 303
    assert '"form": "one"' in tasks(parts)[0].params
    assert office.get("/posters/new?scene=p_nothing").status_code == 409


def test_what_was_planned_and_not_made_is_gone_on_with(
    parts: Parts, office: Browser, woken: list[str]
) -> None:
    add_codes(parts, "p_451203", "p_451221", state="planned")

    assert "有2个选过、还没有生成" in office.get("/codes/").text
    assert office.post("/codes/go-on", page="/codes/").status_code == 303
    assert (tasks(parts)[0].total, woken) == (2, ["woken"])
    assert "还没有生成" not in office.get("/codes/").text
