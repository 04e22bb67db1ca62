"""
The workbook's sheets and columns: which key of format 1 stands where, and how it reads in Chinese.

The shape is XLSForm's (survey, choices, settings), so who knows that finds their way; its English names
are accepted for sheets, columns and words alike. Both directions, writing and reading, follow these tables.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.sheets.columns import plain_header

CellKind = Literal["text", "number", "flag", "list"]

SURVEY, CHOICES, SETTINGS, DIMENSIONS = "题目", "选项", "设置", "维度"
SHEETS = {
    SURVEY: ("survey",),
    CHOICES: ("choices",),
    SETTINGS: ("settings",),
    DIMENSIONS: ("dimensions",),
}

YES, NO = "是", "否"
FLAGS = {YES: True, NO: False, "对": True, "yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Item:
    """
    One column of a sheet, or one line of the settings.

    `key` is the format's, with a dot where it stands in a map of its own (`interviewer.say`). `also` are
    other headers it is known by. `words` are the values it may have and their Chinese; empty for free text.
    """

    key: str
    title: str
    kind: CellKind = "text"
    also: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    width: int = 12

    @property
    def names(self) -> frozenset[str]:
        """Every header it answers to, as headers are compared."""
        return frozenset(plain_header(name) for name in (self.title, self.key, *self.also))


TYPES = {
    "single": "单选",
    "multi": "多选",
    "scale": "打分",
    "text": "问答",
    "number": "数字",
    "place": "地方",
    "note": "说明",
}
# What opens and closes the containers; between the two stand their questions.
BEGINS = {"group": "分组开始", "repeat": "循环开始"}
ENDS = {"group": "分组结束", "repeat": "循环结束"}
XLSFORM_TYPES = {
    "select_one": "single",
    "select_multiple": "multi",
    "integer": "number",
    "decimal": "number",
    "begin_group": "group",
    "begin_repeat": "repeat",
}
XLSFORM_ENDS = {"end_group": "group", "end_repeat": "repeat"}

LEVELS = {"county": "县", "township": "乡镇", "village": "村"}

# The questions' columns. `list` is the workbook's own: which list of the sheet of options is meant.
QUESTION_ITEMS = (
    Item("type", "类型", words={**TYPES, **BEGINS}),
    Item("id", "题号", also=("name",)),
    Item("title", "题目", also=("label",), width=44),
    Item("help", "补充说明", also=("hint",), width=30),
    Item("required", "必答", "flag", width=6),
    Item("list", "选项表", also=("list_name", "scale"), width=14),
    Item("dimension", "维度"),
    Item("show_if", "什么时候问", also=("relevant",), width=26),
    Item("personal", "问本人情况", "flag"),
    Item("weight", "权重", "number", width=6),
    Item("min_choices", "最少选几项", "number"),
    Item("max_choices", "最多选几项", "number"),
    Item("min_length", "最少几个字", "number"),
    Item("max_length", "最多几个字", "number"),
    Item("pattern", "文字格式", also=("constraint",)),
    Item("allow", "可以发", "list", words={"text": "文字", "voice": "语音", "photo": "照片"}, width=16),
    Item("max_voice_seconds", "语音最长几秒", "number"),
    Item("max_photos", "最多几张照片", "number"),
    Item("min", "最小", "number", width=6),
    Item("max", "最大", "number", width=6),
    Item("integer", "只能填整数", "flag"),
    Item("unit", "单位", width=8),
    Item("level", "选到哪一级", words=LEVELS),
    Item("min_level", "至少选到", words=LEVELS),
    Item("prefill", "先填好", words={"source": "扫码的地方"}),
    Item("over", "逐个问什么", width=18),
    Item("as", "叫作"),
    Item("layout", "怎么排", words={"pages": "一个一页", "table": "一张表"}),
    Item("order", "次序", words={"given": "照名单", "shuffled": "打乱"}),
    Item("interviewer.say", "电话里念的话", also=("say",), width=30),
    Item("interviewer.note", "给话务员的提示", also=("note",), width=30),
    Item("interviewer.read_options", "念出选项", "flag", also=("read_options",)),
)
OPTION_ITEMS = (
    Item("list", "选项表", also=("list_name",), width=16),
    Item("code", "代码", also=("name", "value")),
    Item("label", "选项", width=30),
    Item("score", "得分", "number", width=8),
    Item("key", "话务按键"),
    Item("other", "要写明的“其他”", "flag", also=("其他",)),
    Item("exclusive", "选了它不能选别的", "flag", also=("排他",)),
    Item(
        "ends",
        "选了就结束",
        words={"ineligible": "不符合条件", "refused": "不愿意答", "callback": "约时间再访"},
    ),
)
DIMENSION_ITEMS = (Item("code", "代码", also=("name",)), Item("name", "名称", also=("label",), width=24))
SETTING_ITEMS = (
    Item("id", "问卷编号", also=("form_id",)),
    Item("version", "版本", "number"),
    Item("title", "标题", also=("form_title",)),
    Item("intro", "开场白"),
    Item(
        "audience.who",
        "问谁",
        words={
            "residents": "居民",
            "leaders": "领导",
            "service_users": "办事群众",
            "phone_sample": "电话样本",
        },
    ),
    Item("audience.describe", "对象说明"),
    Item(
        "audience.channels",
        "怎么答",
        "list",
        words={"wechat": "微信", "web": "网页", "phone": "电话", "paper": "纸质"},
    ),
    Item("audience.min_age", "最小年龄", "number"),
    Item(
        "subject",
        "评价什么",
        words={"none": "不针对哪一个", "place": "地方", "unit": "单位", "place_or_unit": "地方或单位"},
    ),
    Item("consent.text", "知情同意"),
    Item("consent.agree", "同意的按钮"),
    Item("consent.decline", "不同意的按钮"),
    Item("consent.note", "同意部分给话务员的提示"),
    Item(
        "one_response.per",
        "按什么只答一次",
        "list",
        words={"account": "微信号", "invite": "邀请码", "sample": "样本", "subject": "评价对象"},
    ),
    Item("one_response.period", "多久只答一次", words={"survey": "整次调查"}),
    Item("one_response.on_repeat", "再答一次怎么办", words={"refuse": "不收", "replace": "换成新的"}),
    Item("open", "开始时间"),
    Item("close", "结束时间"),
    Item("thanks", "答完的话"),
    Item("closed", "结束以后的话"),
)
# The maps that are there even when nothing in them is: what is missing is then told by what it is.
SETTING_MAPS = ("audience", "consent", "one_response")
ITEMS_OF = {
    SURVEY: QUESTION_ITEMS,
    CHOICES: OPTION_ITEMS,
    SETTINGS: SETTING_ITEMS,
    DIMENSIONS: DIMENSION_ITEMS,
}
SETTING_NAME, SETTING_VALUE = Item("name", "项目", width=24), Item("value", "内容", width=100)


def meant_by(item: Item, words: str) -> str:
    """A value as format 1 has it: `单选` is `single`; what is unknown stays, for the linter to refuse."""
    return next((value for value, title in item.words.items() if words == title), words)


_NAMED = re.compile(r"^“(?P<key>[a-z_]+)”")
_ONLY = "只能是："


def as_headed(cell: str, message: str) -> str:
    """
    A sentence of the linter with the sheet's own words: `“类型”不能是…，只能是：单选、多选`.

    The key it begins with becomes the header of that column or line, the values it offers what the workbook
    calls them. `cell` says which sheet it is.
    """
    found = _NAMED.match(message)
    items = ITEMS_OF.get(cell.partition("!")[0], ())
    item = next((each for each in items if found and each.key.rpartition(".")[2] == found["key"]), None)
    if item is None or found is None:
        return message
    said, only, offered = f"“{item.title}”{message[found.end() :]}".partition(_ONLY)
    return said + only + "、".join(item.words.get(each, each) for each in offered.split("、"))
