"""What keeps the office running, in one list: accounts, who did what, personal data."""

from dataclasses import dataclass

from flask import g, render_template

from admin.parts import parts
from admin.routes import LOOKERS, Route


@dataclass(frozen=True, slots=True)
class Desk:
    """A page and the question it answers."""

    endpoint: str
    title: str
    hint: str


DESKS = (
    Desk("questionnaires", "问卷", "有哪些问卷、哪几版；下载成 Excel 改好再导入，错在哪一格会指到那一格。"),
    Desk("liaisons", "各单位的联络员", "谁联系、绑定微信没有；新建、导入、发绑定码、建账号。"),
    Desk("accounts", "账号", "谁能登录：新建、停用、重设密码、去掉动态口令、让别处的登录退出。"),
    Desk("audit_log", "操作记录", "谁在什么时候登录、看过个人信息、导出、改动、放行。只能看，不能改。"),
    Desk("exports", "谁导出过什么", "谁在什么时候导出了什么、哪一部分、多少行、校验码。"),
    Desk("privacy", "个人信息", "每种留多久，上次清理，有人要求删除自己的数据怎么办。"),
    Desk("tasks", "后台在做什么", "做海报、导出这些花时间的事，做到哪了。"),
    Desk("missing_media", "没取到的语音和照片", "群众发来、没能从微信取回的，和原因。"),
)


def index() -> str:
    """The list."""
    return render_template("office.html", desks=DESKS, staff=g.staff, settings=parts().settings)


ROUTES = (Route("/office", "office", index, LOOKERS),)
