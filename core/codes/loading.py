"""
Codes the office already has, loaded from its file: scene, ticket, address.

All or nothing. Loading again updates what reads otherwise and says what changed; a code that is retired stays
retired.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from core.codes.models import QrCode
from core.codes.scenes import MAX_SCENE_CHARS, Scene, parse_scene
from core.errors import BadInput, Fault
from core.places.gazetteer import Gazetteer
from core.sheets import Column, Row, Sheet

# What a QR code of ours can hold (`qrcodes.code`); the platform's addresses have about 50.
MAX_URL_CHARS = 119
_ROWS_AT_ONCE = 500

COLUMNS = (
    Column(
        "scene",
        "场景值",
        "code",
        aliases=("场景", "参数", "scene_str", "二维码参数", "场景值ID"),
        required=True,
        unique=True,
        max_chars=MAX_SCENE_CHARS,
    ),
    Column("ticket", "ticket", aliases=("票据", "二维码ticket"), unique=True, max_chars=200),
    Column(
        "url",
        "地址",
        aliases=("链接", "二维码地址", "二维码链接", "解析地址", "网址"),
        required=True,
        unique=True,
        max_chars=MAX_URL_CHARS,
    ),
)


@dataclass(frozen=True, slots=True)
class GivenCode:
    """One row of a file: a code that exists on the platform."""

    scene: Scene
    ticket: str
    url: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A code whose ticket or address reads otherwise than before."""

    scene: str
    url_before: str
    url_now: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """
    What a load does: so many codes new (or planned and now there), `changed` ones, and as many as before.

    `recoded` counts those whose place has another code or is gone; they are taken all the same, they hang
    outdoors.
    """

    listed: int
    added: int
    same: int
    changed: tuple[Changed, ...]
    recoded: int

    def __str__(self) -> str:
        words = f"文件里有{self.listed}个：新增{self.added}，改动{len(self.changed)}，原样{self.same}"
        return words + (f"；其中{self.recoded}个的地方或单位后来变了" if self.recoded else "")


def read_codes(sheet: Sheet, gazetteer: Gazetteer) -> list[GivenCode]:
    """The codes a file lists; BadInput with every fault of every row."""
    faults: list[Fault] = []
    given: list[GivenCode] = []
    for row in sheet.rows(COLUMNS):
        scene = parse_scene(row.text("scene"))
        fault = _fault_of_scene(row.text("scene"), scene, gazetteer)
        if fault:
            faults.append(_fault(sheet, row, "场景值", fault))
        fault = _fault_of_url(row.text("url"))
        if fault:
            faults.append(_fault(sheet, row, "地址", fault))
        if scene is not None:
            given.append(GivenCode(scene, row.text("ticket"), row.text("url")))
    if faults:
        raise BadInput(faults)
    return given


def compare_codes(
    connection: Connection, given: Sequence[GivenCode], gazetteer: Gazetteer, filename: str
) -> LoadReport:
    """What loading them would do; nothing is written. BadInput when an address is another code's."""
    before = _stored(connection, [each.scene.raw for each in given])
    _refuse_others_addresses(connection, given, filename)
    changed, same, added = [], 0, 0
    for each in given:
        known = before.get(each.scene.raw)
        if known is None or known.state in ("planned", "creating", "failed"):
            added += 1
        elif (known.url, known.ticket) == (each.url, each.ticket or known.ticket):
            same += 1
        else:
            changed.append(Changed(each.scene.raw, known.url, each.url))
    recoded = sum(_is_of_before(each.scene, gazetteer) for each in given)
    return LoadReport(len(given), added, same, tuple(changed), recoded)


def load_codes(
    session: Session,
    given: Sequence[GivenCode],
    gazetteer: Gazetteer,
    filename: str,
    staff_id: int | None,
    now: datetime,
) -> LoadReport:
    """Take them in; what changed."""
    connection = session.connection()
    report = compare_codes(connection, given, gazetteer, filename)
    before = _stored(connection, [each.scene.raw for each in given])
    fresh = []
    for each in given:
        known = before.get(each.scene.raw)
        if known is None:
            fresh.append(_row(each, staff_id, now))
        elif known.state in ("planned", "creating", "failed"):
            _update(session, each, state="created", source="loaded", reason="", created_at=now)
        else:
            _update(session, each)
    if fresh:
        session.execute(insert(QrCode), fresh)
    return report


@dataclass(frozen=True, slots=True)
class _Stored:
    state: str
    ticket: str
    url: str


def _stored(connection: Connection, scenes: Sequence[str]) -> Mapping[str, _Stored]:
    found: dict[str, _Stored] = {}
    for start in range(0, len(scenes), _ROWS_AT_ONCE):
        rows = connection.execute(
            select(QrCode.scene, QrCode.state, QrCode.ticket, QrCode.url).where(
                QrCode.scene.in_(scenes[start : start + _ROWS_AT_ONCE])
            )
        )
        found |= {scene: _Stored(state, ticket, url) for scene, state, ticket, url in rows}
    return found


def _refuse_others_addresses(connection: Connection, given: Sequence[GivenCode], filename: str) -> None:
    """An address that another scene has would send its people to the wrong place."""
    listed = {each.url: each.scene.raw for each in given}
    urls = list(listed)
    moved = {each.scene.raw for each in given}
    faults = []
    for start in range(0, len(urls), _ROWS_AT_ONCE):
        rows = connection.execute(
            select(QrCode.scene, QrCode.url).where(QrCode.url.in_(urls[start : start + _ROWS_AT_ONCE]))
        )
        for scene, url in rows:
            if scene != listed[url] and scene not in moved:
                faults.append(Fault(filename, f"{listed[url]} 的地址已经是 {scene} 的：{url}"))
    if faults:
        raise BadInput(faults)


def _row(each: GivenCode, staff_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "scene": each.scene.raw,
        "kind": each.scene.kind,
        "subject_code": each.scene.code,
        "material": each.scene.material,
        "state": "created",
        "source": "loaded",
        "ticket": each.ticket,
        "url": each.url,
        "reason": "",
        "planned_by": staff_id,
        "planned_at": now,
        "created_at": now,
    }


def _update(session: Session, each: GivenCode, **more: object) -> None:
    values = {"url": each.url, **more} | ({"ticket": each.ticket} if each.ticket else {})
    session.execute(update(QrCode).where(QrCode.scene == each.scene.raw).values(**values))


def _fault_of_scene(raw: str, scene: Scene | None, gazetteer: Gazetteer) -> str:
    if scene is None:
        return f"看不懂“{raw}”，应当像 p_451203100 或 u_U017_bus"
    if scene.kind == "place" and gazetteer.place(scene.code) is None:
        return f"没有代码是“{scene.code}”的地方"
    if scene.kind == "unit" and gazetteer.unit(scene.code) is None:
        return f"没有代码是“{scene.code}”的单位"
    if scene.kind in ("bind", "slip"):
        return f"“{raw}”是一次性的码（绑定或通知单），不在这里导入"
    return ""


def _fault_of_url(url: str) -> str:
    if not url.startswith(("http://", "https://")) or not url.isascii() or len(url.split()) != 1:
        return f"“{url[:40]}”不是二维码里的地址，应当像 http://weixin.qq.com/q/…"
    return ""


def _is_of_before(scene: Scene, gazetteer: Gazetteer) -> bool:
    if scene.kind == "unit":
        unit = gazetteer.unit(scene.code)
        return unit is None or unit.retired
    place = gazetteer.place(scene.code)
    return place is None or place.retired or place.code != scene.code


def _fault(sheet: Sheet, row: Row, title: str, words: str) -> Fault:
    return Fault(f"{sheet.filename} 第{row.number}行“{title}”列", words)
