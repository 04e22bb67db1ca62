"""What liaisons do in the chat stands in the audit log: once, and only what was done."""

import json

from sqlalchemy import select

from core.audit.models import AuditEntry
from core.audit.service import catch_up
from core.conversation.inputs import Said
from tests.liaison_desk.office import DUAN, PROSECUTORS, Office, claimed


def entries(office: Office) -> list[tuple[str, str, str, str]]:
    """(act, about, who, what) of what liaisons did."""
    with office.town.engine.connect() as connection:
        rows = connection.execute(
            select(AuditEntry.__table__).where(AuditEntry.who_kind == "liaison").order_by(AuditEntry.number)
        )
        return [
            (row.act, row.about, str(row.who_id), json.loads(row.details).get("做法", "")) for row in rows
        ]


def test_each_act_in_the_chat_is_in_the_audit_log(office: Office) -> None:
    claimed(office, 1)
    office.town.says("liaison", "1 进展 开工了，30%")
    office.sends_photo("liaison")
    office.town.says("liaison", "撤回")
    office.town.says("liaison", "1 申请销号 修好了")
    office.town.says("liaison", "宣传 安阳镇 镇政府门口")
    office.sends_photo("liaison", "photo-2")

    [(_, _, who, _), *_] = entries(office)
    assert entries(office) == [
        ("liaison_bound", f"liaison:{who}", who, ""),
        *[
            ("item_changed", "item:1", who, what)
            for what in ("领取", "报进展", "附照片或语音", "撤回", "申请销号")
        ],
        ("publicity_noted", "publicity:1", who, "登记"),
    ]
    assert catch_up(office.town.engine), "the chain is whole"


def test_what_is_refused_or_delivered_again_is_not_in_it(office: Office) -> None:
    claimed(office, 1)
    office.bind("other", PROSECUTORS, name="覃小红")
    before = entries(office)

    office.town.says("liaison", "1 领取")
    office.town.says("other", "1 进展 我来")
    delivery = office.town.delivery("liaison", Said("1 进展 动工了"))
    office.town.turns.take(delivery)
    office.town.turns.take(delivery)

    assert [what for _, _, _, what in entries(office)[len(before) :]] == ["报进展"]


def test_an_entry_names_the_unit_and_nobodys_words(office: Office) -> None:
    claimed(office, 1)
    office.town.says("liaison", "1 进展 韦大伯家门口修好了")

    with office.town.engine.connect() as connection:
        details = connection.scalars(select(AuditEntry.details).order_by(AuditEntry.number.desc())).first()
    assert json.loads(details or "") == {"做法": "报进展", "单位": DUAN}
