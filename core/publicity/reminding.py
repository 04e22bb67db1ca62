"""Reminding a county of townships where nothing hangs: into the outbox, once a day a liaison."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.clock import local_day
from core.errors import Refused
from core.liaisons.recipients import recipients
from core.outbox.kinds import Kind
from core.outbox.queueing import Message, queue
from core.outbox.recipients import Recipient

NAMED = 8
SORT = "督办提醒"


class NobodyToRemind(Refused):
    """The county has no liaison who could be told, or all were today."""


def remind(session: Session, county_code: str, without: Sequence[str], now: datetime) -> int:
    """
    Tell a county's liaisons of its townships (short names) without publicity; how many are told.

    NobodyToRemind when there is nobody to tell, nothing to tell, or everybody was told today.
    """
    if not without:
        raise NobodyToRemind("这个县（区）的乡镇都有宣传了，不用提醒。")
    today = local_day(now)
    found = recipients(session.connection(), [county_code], today)[county_code]
    if not found:
        raise NobodyToRemind("这个县（区）还没有联络员，请先到“联络员”里新建。")
    more = f"等{len(without)}个" if len(without) > NAMED else ""
    named = "、".join(without[:NAMED]) + more
    written = queue(
        session.connection(),
        [
            Message(
                key=f"publicity {county_code} {today} {each.liaison_id}",
                kind=Kind.URGE,
                to=Recipient("liaison", each.liaison_id),
                about_code=county_code,
                fields={
                    "summary": f"{len(without)}个乡镇还没挂宣传材料",
                    "sort": SORT,
                    "count": str(len(without)),
                    "number": "0",
                    "due": str(today),
                },
                body=f"这些乡镇（街道）还没有挂宣传材料的照片：{named}。挂好后回复“宣传”，照提示发照片就行。",
                link="/admin/publicity/",
            )
            for each in found
        ],
        now,
    )
    if not written:
        raise NobodyToRemind("今天已经提醒过了，明天再提醒。")
    return len(written)
