"""
What is written into the audit log: every kind of act, and what an act can be about.

An act of yours that is missing here gets a member, its kind and its words; nothing else is needed.
"""

from enum import StrEnum


class ActKind(StrEnum):
    """The five groups the log is filtered by."""

    SIGN_IN = "sign_in"
    VIEW = "view"
    EXPORT = "export"
    CHANGE = "change"
    OVERRIDE = "override"


KIND_TITLES = {
    ActKind.SIGN_IN: "登录",
    ActKind.VIEW: "看个人信息",
    ActKind.EXPORT: "导出",
    ActKind.CHANGE: "改动",
    ActKind.OVERRIDE: "放行",
}


class Act(StrEnum):
    """One thing somebody did. The value is stored: it is never changed, only added to."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    CODE_FAILED = "code_failed"
    SESSION_ENDED = "session_ended"

    RESPONSE_SHOWN = "response_shown"
    OPINION_SHOWN = "opinion_shown"
    MEDIA_SHOWN = "media_shown"
    PHONE_SHOWN = "phone_shown"
    NAME_SHOWN = "name_shown"

    ANSWERS_EXPORTED = "answers_exported"
    AUDIT_EXPORTED = "audit_exported"
    LIST_EXPORTED = "list_exported"
    FILE_TAKEN = "file_taken"

    ROUND_CREATED = "round_created"
    ROUND_OPENED = "round_opened"
    ROUND_CLOSED = "round_closed"
    HELP_DONE = "help_done"
    HELP_REOPENED = "help_reopened"
    OPINION_STRUCK = "opinion_struck"
    OPINION_RESTORED = "opinion_restored"
    RESPONSE_SET_ASIDE = "response_set_aside"
    RESPONSE_TAKEN_BACK = "response_taken_back"
    STAFF_ADDED = "staff_added"
    STAFF_TIED = "staff_tied"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    TOTP_SET = "totp_set"
    TOTP_RESET = "totp_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    PASSWORD_SET = "password_set"  # noqa: S105  (the name of an act, not a secret)
    LIST_LOADED = "list_loaded"
    QUESTIONNAIRE_LOADED = "questionnaire_loaded"
    LIAISON_ADDED = "liaison_added"
    LIAISON_CHANGED = "liaison_changed"
    LIAISON_CODE_MADE = "liaison_code_made"
    LIAISON_BOUND = "liaison_bound"
    LIAISON_REVOKED = "liaison_revoked"
    LIAISON_LEFT = "liaison_left"
    BALLOT_BOX_MADE = "ballot_box_made"
    SLIPS_MADE = "slips_made"
    PAPER_SLIP_MARKED = "paper_slip_marked"
    PAPER_BALLOT_KEYED = "paper_ballot_keyed"
    ROSTER_LOADED = "roster_loaded"
    ROSTER_TICKED = "roster_ticked"
    BALLOTS_OPENED = "ballots_opened"
    JOB_STOPPED = "job_stopped"
    ITEM_CHANGED = "item_changed"
    PUBLICITY_NOTED = "publicity_noted"
    OPINIONS_MARKED = "opinions_marked"
    KEYS_ROTATED = "keys_rotated"
    DATA_ERASED = "data_erased"
    DATA_SWEPT = "data_swept"

    CODES_ASKED = "codes_asked"
    CODES_RETIRED = "codes_retired"
    CODES_RESTORED = "codes_restored"
    POSTERS_ASKED = "posters_asked"
    MENU_CREATED = "menu_created"

    MESSAGE_RESENT = "message_resent"
    MESSAGE_CALLED = "message_called"
    MESSAGE_UNCALLED = "message_uncalled"
    SENDING_RESUMED = "sending_resumed"
    REMINDED = "reminded"
    ESCALATION_SEEN = "escalation_seen"
    OVERRIDE_ASKED = "override_asked"
    OVERRIDE_APPROVED = "override_approved"
    CHAIN_ACCEPTED = "chain_accepted"


# Act → its kind, and how it reads after a name: `王小明 导出答卷`.
ACTS: dict[Act, tuple[ActKind, str]] = {
    Act.SIGNED_IN: (ActKind.SIGN_IN, "登录"),
    Act.SIGN_IN_FAILED: (ActKind.SIGN_IN, "登录没有成功"),
    Act.SIGNED_OUT: (ActKind.SIGN_IN, "退出登录"),
    Act.CODE_FAILED: (ActKind.SIGN_IN, "动态口令不对"),
    Act.SESSION_ENDED: (ActKind.SIGN_IN, "让别处的登录退出"),
    Act.RESPONSE_SHOWN: (ActKind.VIEW, "看一份答卷"),
    Act.OPINION_SHOWN: (ActKind.VIEW, "看一条意见里的姓名、号码"),
    Act.MEDIA_SHOWN: (ActKind.VIEW, "看照片或听语音"),
    Act.PHONE_SHOWN: (ActKind.VIEW, "看电话号码"),
    Act.NAME_SHOWN: (ActKind.VIEW, "看姓名"),
    Act.ANSWERS_EXPORTED: (ActKind.EXPORT, "导出答卷"),
    Act.AUDIT_EXPORTED: (ActKind.EXPORT, "导出操作记录"),
    Act.LIST_EXPORTED: (ActKind.EXPORT, "导出表格"),
    Act.FILE_TAKEN: (ActKind.EXPORT, "下载做好的文件"),
    Act.ROUND_CREATED: (ActKind.CHANGE, "新建调查"),
    Act.ROUND_OPENED: (ActKind.CHANGE, "开放调查"),
    Act.ROUND_CLOSED: (ActKind.CHANGE, "关闭调查"),
    Act.HELP_DONE: (ActKind.CHANGE, "标记已回电话"),
    Act.HELP_REOPENED: (ActKind.CHANGE, "撤销已回电话"),
    Act.OPINION_STRUCK: (ActKind.CHANGE, "隐去意见里的姓名、号码"),
    Act.OPINION_RESTORED: (ActKind.VIEW, "恢复意见的原话"),
    Act.RESPONSE_SET_ASIDE: (ActKind.CHANGE, "搁置答卷"),
    Act.RESPONSE_TAKEN_BACK: (ActKind.CHANGE, "恢复答卷"),
    Act.STAFF_ADDED: (ActKind.CHANGE, "新建账号"),
    Act.STAFF_TIED: (ActKind.CHANGE, "改账号的县区或单位"),
    Act.STAFF_DISABLED: (ActKind.CHANGE, "停用账号"),
    Act.STAFF_ENABLED: (ActKind.CHANGE, "恢复账号"),
    Act.TOTP_SET: (ActKind.CHANGE, "设好动态口令"),
    Act.TOTP_RESET: (ActKind.CHANGE, "去掉动态口令"),
    Act.RECOVERY_CODES_MADE: (ActKind.CHANGE, "换一批恢复码"),
    Act.PASSWORD_SET: (ActKind.CHANGE, "设密码"),
    Act.LIST_LOADED: (ActKind.CHANGE, "导入名单"),
    Act.QUESTIONNAIRE_LOADED: (ActKind.CHANGE, "导入问卷"),
    Act.LIAISON_ADDED: (ActKind.CHANGE, "新建联络员"),
    Act.LIAISON_CHANGED: (ActKind.CHANGE, "改联络员"),
    Act.LIAISON_CODE_MADE: (ActKind.CHANGE, "做绑定码"),
    Act.LIAISON_BOUND: (ActKind.CHANGE, "绑定微信"),
    Act.LIAISON_REVOKED: (ActKind.CHANGE, "解除绑定"),
    Act.LIAISON_LEFT: (ActKind.CHANGE, "让联络员离任"),
    Act.BALLOT_BOX_MADE: (ActKind.CHANGE, "做投票箱、发见证人钥匙"),
    Act.SLIPS_MADE: (ActKind.CHANGE, "做领导评价的纸票"),
    Act.PAPER_SLIP_MARKED: (ActKind.CHANGE, "登记用过的纸票"),
    Act.PAPER_BALLOT_KEYED: (ActKind.CHANGE, "录入纸质评价"),
    Act.ROSTER_LOADED: (ActKind.CHANGE, "导入评价人名册"),
    Act.ROSTER_TICKED: (ActKind.CHANGE, "登记本人说已参加"),
    Act.BALLOTS_OPENED: (ActKind.CHANGE, "开票"),
    Act.ITEM_CHANGED: (ActKind.CHANGE, "办整改事项"),
    Act.PUBLICITY_NOTED: (ActKind.CHANGE, "登记宣传材料"),
    Act.OPINIONS_MARKED: (ActKind.CHANGE, "标记意见"),
    Act.KEYS_ROTATED: (ActKind.CHANGE, "更换数据密钥"),
    Act.DATA_ERASED: (ActKind.CHANGE, "按本人要求删除数据"),
    Act.DATA_SWEPT: (ActKind.CHANGE, "清理到期的数据"),
    Act.JOB_STOPPED: (ActKind.CHANGE, "停下后台任务"),
    Act.CODES_ASKED: (ActKind.CHANGE, "生成二维码"),
    Act.CODES_RETIRED: (ActKind.CHANGE, "停用二维码"),
    Act.CODES_RESTORED: (ActKind.CHANGE, "恢复二维码"),
    Act.POSTERS_ASKED: (ActKind.CHANGE, "做海报"),
    Act.MENU_CREATED: (ActKind.CHANGE, "换公众号菜单"),
    Act.MESSAGE_RESENT: (ActKind.CHANGE, "重发提醒"),
    Act.MESSAGE_CALLED: (ActKind.CHANGE, "标记提醒已打电话"),
    Act.MESSAGE_UNCALLED: (ActKind.CHANGE, "撤销提醒已打电话"),
    Act.SENDING_RESUMED: (ActKind.CHANGE, "让提醒继续发送"),
    Act.REMINDED: (ActKind.CHANGE, "催办"),
    Act.ESCALATION_SEEN: (ActKind.CHANGE, "过问升级到办公室的事项"),
    Act.OVERRIDE_ASKED: (ActKind.OVERRIDE, "申请放行"),
    Act.OVERRIDE_APPROVED: (ActKind.OVERRIDE, "批准放行"),
    Act.CHAIN_ACCEPTED: (ActKind.OVERRIDE, "认可操作记录的断口"),
}

# What `about` may begin with (`round:3`), and how that reads.
ABOUT_TITLES = {
    "round": "调查",
    "questionnaire": "问卷",
    "response": "答卷",
    "media": "照片、语音",
    "opinion": "意见",
    "help": "回电话请求",
    "staff": "账号",
    "override": "放行申请",
    "item": "整改事项",
    "unit": "单位",
    "liaison": "联络员",
    "publicity": "宣传登记",
    "code": "二维码",
    "poster": "海报",
    "ballot": "领导评价",
    "message": "提醒",
    "job": "后台任务",
    "file": "文件",
    "audit": "操作记录",
    "list": "名单",
    "menu": "公众号菜单",
    "system": "系统",
}

# Which list `list:items` is.
LIST_TITLES = {
    "items": "整改事项",
    "liaisons": "联络员",
    "outbox": "发件箱",
    "places": "地方",
    "units": "单位",
    "population": "人口",
    "codes": "二维码",
}


def about(kind: str, number: int | str) -> str:
    """What an act is about, as it is stored: `round:3`."""
    if kind not in ABOUT_TITLES or (kind == "list" and number not in LIST_TITLES):
        raise ValueError(f"add {kind}:{number} to ABOUT_TITLES or LIST_TITLES: it is shown on a screen")
    return f"{kind}:{number}"


def about_in_words(stored: str) -> str:
    """The same for a person: `调查 3`, `名单 整改事项`; '' for ''."""
    kind, _, number = stored.partition(":")
    if kind == "list":
        number = LIST_TITLES.get(number, number)
    return f"{ABOUT_TITLES.get(kind, kind)} {number}".strip()
