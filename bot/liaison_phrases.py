"""
Every sentence the bot says to a liaison. The same tone as `phrases`, and shorter: they have forty items.
"""

from datetime import date

# What a liaison is told --------------------------------------------------------------------------------


def bound(subject: str, title: str) -> str:
    """This phone acts from now on."""
    return f"绑定好了。您是{subject}的{title}，整改事项以后发到这里。"


REPLACED = "原来绑定的那部手机不能再办了。"


def only_between(first: date, last: date) -> str:
    """A stand-in's days."""
    return f"代班从{day(first)}到{day(last)}，这几天里可以办。"


WHAT_NEXT = "回复“我的”，看要办的整改。"
CODE_WRONG = "这个绑定码不对，或者已经用过、过期了。请再看一遍；不行就请办公室重新发一个。"


def code_must_wait(minutes: int) -> str:
    """Too many wrong codes."""
    return f"试的次数太多了，请{minutes}分钟后再试，或者请办公室重新发一个绑定码。"


OVER = {
    "replaced": "您的联络员身份换到另一部手机上了，这里不能再办整改。不是您本人换的，请马上联系办公室。",
    "revoked": "办公室解除了这部手机的联络员绑定，这里不能再办整改。要继续办，请向办公室要新的绑定码。",
    "left": "办公室登记您不再担任联络员，这里不能再办整改。登记错了，请联系办公室。",
}
OVER_OTHERWISE = "这部手机的联络员绑定结束了，这里不能再办整改。要继续办，请向办公室要新的绑定码。"
NOT_BOUND = (
    "这是联络员办整改用的，您这部手机还没有绑定。您是联络员的话，请向办公室要绑定码（八个字），发到这里就行。"
)
NOT_YOUR_DAYS = "现在不在您代班的日期里，这几天不能办。日期不对，请联系办公室。"

# The list ------------------------------------------------------------------------------------------------

NOTHING_IN_HAND = "现在没有要您办的整改。"


def in_hand(count: int, overdue: int, soon: int) -> str:
    """How much there is to do."""
    told = [f"{overdue}条已超期" if overdue else "", f"{soon}条7天内到期" if soon else ""]
    rest = "、".join(filter(None, told))
    return f"要办的整改有{count}条" + (f"，{rest}。" if rest else "。")


LIST_HOW = "回复编号看全文；报进展写在后面，比如：12 进展 修好一半"
LIST_HOW_TYPED = "回复编号看全文；要办的写在编号后面，比如 12 进展、12 申请销号、12 延期。"


def row(number: int, subject: str, what: str, due: str, state: str) -> str:
    """One item on a list."""
    whose = f"{subject}·" if subject else ""
    return f"{number}号 {whose}{what}，{due}" + (f"，{state}" if state else "")


def due(deadline: date, days_left: int) -> str:
    """When an item is due: `10月31日到期（还有3天）`."""
    if days_left == 0:
        return f"{short_day(deadline)}到期（就是今天）"
    left = f"还有{days_left}天" if days_left > 0 else f"超期{-days_left}天"
    return f"{short_day(deadline)}到期（{left}）"


STATE_ASSIGNED = "待领取"
STATE_RETURNED = "被退回"
WAITS_FOR_EXTENSION = "延期在等答复"


def state_now(title: str) -> str:
    """How an item stands, in its full text."""
    return f"现在：{title}"


def measures(words: str) -> str:
    """The measures that were reported."""
    return f"措施：{words}"


def percent(value: int) -> str:
    """How far it is."""
    return f"进度：{value}%"


def returned_with(words: str) -> str:
    """Why it was returned."""
    return f"退回的理由：{words}"


# Acts ----------------------------------------------------------------------------------------------------

ASK_TEXT = {
    "progress": (
        "{n}号办到哪一步了？请直接打字，也可以发照片、语音。写上百分数会记成进度，比如：修好一半，50%。"
    ),
    "measures": "{n}号打算怎么改？请打字说说措施：谁来办、怎么办、什么时候办完。",
    "apply": "{n}号办得怎么样了？请打字说明办结的情况，照片可以先发也可以后发。",
    "ask_extension": "{n}号为什么要延期？请打字说明情况，有文件、照片可以拍了发来。",
}


def ask_why(number: int) -> str:
    """Which class of reason."""
    return f"{number}号要延期，是因为什么？"


def ask_until(number: int, deadline: date) -> str:
    """Until when."""
    return f"{number}号现在的时限是{day(deadline)}，要延到哪一天？"


UNTIL_WRONG = "要写一个比现在的时限晚的日期，比如 2027年3月31日。"
UNTIL_HOW = "点一个，或回复日期，比如 2027年3月31日"
HOW_NUMBER = "点一下，或回复数字"
HOW_NUMBER_TYPED = "请回复前面的数字"

DONE = {
    "claim": "{n}号领了，请尽快报措施。",
    "measures": "{n}号的措施报上去了。",
    "progress": "{n}号的进展报上去了。",
    "apply": "{n}号申请销号了，等办公室核验。",
    "ask_extension": "{n}号申请延期到{until}，等办公室答复。答复以前，时限不变。",
    "recall": "{n}号的销号申请收回了，可以接着办。",
}


def with_files(count: int) -> str:
    """How many photos and voices came with it."""
    return f"带了{count}个附件。"


def takes_files() -> str:
    """What may follow."""
    return "照片、语音接着发就行，会附在这一次里。"


def undo_within(seconds: int) -> str:
    """How long it can be taken back."""
    return f"办错了，{seconds}秒内可以撤回："


def undone(number: int, title: str) -> str:
    """Taken back."""
    return f"{number}号的“{title}”撤回了，没有通知别人。"


NOTHING_TO_UNDO = "没有可以撤回的。刚办的一分钟内才能撤回。"
CANCELLED = "好的，没有办。"

# What was meant ------------------------------------------------------------------------------------------


def which_words(number: int) -> str:
    """Words in the middle of an open question."""
    return f"您这句话是给{number}号整改的，还是问卷的回答？" if number else "您是要看整改，还是问卷的回答？"


def which_file(number: int, thing: str) -> str:
    """A photo or voice in the middle of an open question."""
    return f"这{thing}是给{number}号整改的，还是问卷的回答？"


PHOTO = "张照片"
VOICE = "段语音"


def which_item(thing: str) -> str:
    """A photo or voice out of nowhere."""
    return f"这{thing}收到了，是哪一条整改的？"


def nothing_for(thing: str) -> str:
    """The same, with nothing in hand."""
    return f"这{thing}收到了，不过现在没有要您办的整改。"


def attached(number: int, thing: str, count: int) -> str:
    """It belongs to the last act."""
    return f"这{thing}附在{number}号刚才那次里了，一共{count}个附件。还有就接着发。"


def awaits_words(number: int, count: int) -> str:
    """Photos came first."""
    return f"收到了，{number}号已有{count}个附件。请再打几个字说明情况。"


AD_ASK_TOWNSHIP = "宣传材料挂在哪个乡镇、什么地方？请打字，比如：安阳镇 镇政府门口。不是今天挂的，写上日期。"
AD_ASK_PLACE = "宣传材料挂在什么地方？请打字，比如：办事大厅门口；在乡镇的先写乡镇名。以前挂的写上日期。"
AD_HAS_PHOTO = "照片收到了。"


def ad_unknown(quoted: str) -> str:
    """No township of theirs is named."""
    return f"{quoted}里没看出是您县（区）的哪个乡镇。"


def ad_asks_photo(where: str, hung_on: date) -> str:
    """A photo is still to come."""
    return f"{where}，{short_day(hung_on)}挂的。请发照片，发了就算报好。"


def ad_done(where: str, hung_on: date, count: int) -> str:
    """It is in the ledger."""
    return f"报好了：{where}，{short_day(hung_on)}挂的，{count}张照片。还有照片就接着发。"


HELP = """联络员可以这样办：
我的：看要办的整改
12：看12号的全文
12 进展 已经修好一半：报进展，照片接着发
12 措施 / 12 申请销号 / 12 延期：也这样写
宣传：报挂出去的宣传材料
撤回：一分钟内收回刚办的"""


def kind_not_taken(kind: str, number: int) -> str:
    """Something no item takes; `number` of the item that a photo would go to, or 0."""
    name = {"video": "视频", "shortvideo": "视频", "link": "链接", "location": "位置"}.get(kind, "这种消息")
    where = f"，会附到{number}号这一次里。" if number else "；回复“我的”看要办的整改。"
    return f"{name}这里收不了，没有存。请发照片，或者按住说话发语音{where}"


def not_a_command(quoted: str) -> str:
    """Something else from a liaison."""
    return (
        f"没看明白{quoted}。报进展请把编号写在前面，比如“12 进展 已经修好一半”；"
        "回复“我的”看要办的整改，回复“我要评价”答问卷。"
    )


def day(moment: date) -> str:
    """`2026年12月31日`."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def short_day(moment: date) -> str:
    """`12月31日`."""
    return f"{moment.month}月{moment.day}日"
