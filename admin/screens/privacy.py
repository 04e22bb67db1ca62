"""Personal data: what is kept for how long, when it was last swept, and who had theirs deleted."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.listing import WantedEntries, count_entries, list_entries
from core.audit.service import record
from core.conversation.world import World
from core.errors import BadInput
from core.helpdesk.service import find_request, mark_done
from core.opinions.book import OpinionBook
from core.responses.recording import Recorder
from core.upkeep.erasing import erase_by_request
from core.upkeep.retention import read_days
from core.upkeep.sweeping import RULES, last_sweeps

SHOWN_ERASURES = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of data that the program keeps for a time of its own, which is no setting."""

    title: str
    how_long: str
    then: str


FIXED = (
    Kept("推送的内容和回给群众的话", "30分钟", "删掉。只为微信重发同一条时，给同样的回答"),
    Kept(
        "以前答过哪几份（年年来答的人）",
        "那次调查关闭180天",
        "他下次说话时忘掉；不再说话的，连聊天进度一起删",
    ),
    Kept("做好的导出文件、反馈报告", "7天", "删掉；其间有人删除自己的数据，最迟第二天夜里删"),
    Kept("登录", "30分钟不操作，最长12小时", "自动退出"),
    Kept("输错密码的次数", "1天", "删掉；存的是算出的一串字，不是账号和网址"),
    Kept("领导评价表", "交上以后", "钥匙销毁，再也对不上是谁"),
    Kept("联络员的姓名和电话", "一直保留，加密", "离任以后留着，备查是谁办的"),
    Kept("操作记录", "一直保留", "只增加，不删。里面没有群众的个人信息"),
)


def index() -> str:
    """All of it."""
    fault = ""
    days: dict[str, int] = {}
    try:
        days = dict(read_days(parts().settings.var))
    except BadInput as error:
        fault = str(error)
    with parts().reading() as connection:
        swept = last_sweeps(connection)
        wanted = WantedEntries(act=Act.DATA_ERASED)
        erased = list_entries(connection, wanted, 0, SHOWN_ERASURES)
        count = count_entries(connection, wanted)
    return render_template(
        "privacy.html",
        rules=RULES,
        days=days,
        swept=swept,
        fixed=FIXED,
        fault=fault,
        erased=erased,
        count=count,
    )


def ask_to_erase(request_id: int) -> str:
    """What will go, and what stays."""
    with parts().reading() as connection:
        found = find_request(connection, parts().keys, request_id)
        gazetteer = parts().catalog(connection).gazetteer
    return render_template("erase.html", request_=found, place=gazetteer.full_name(found.place_code))


def erase(request_id: int) -> Response:
    """Delete it; it cannot be taken back."""
    now: datetime = parts().clock()
    with parts().writing() as writing:
        world = World(parts().catalog(writing.connection()))
        book = OpinionBook(Recorder(parts().keys.wrap), parts().keys)
        erased = erase_by_request(writing, world, book, parts().keys, request_id, now)
        mark_done(writing, request_id, now)
        details: Details = {"答卷": erased.responses, "没答完的": erased.under_way}
        record(writing, Act.DATA_ERASED, g.staff.who, about("help", request_id), details)
    return redirect(url_for("help_request", request_id=request_id), code=303)


ROUTES = (
    Route("/privacy", "privacy", index, LOOKERS),
    Route("/help/<int:request_id>/erase", "erase", ask_to_erase, OFFICE),
    Route("/help/<int:request_id>/erase", "erase_now", erase, OFFICE, methods=("POST",)),
)
