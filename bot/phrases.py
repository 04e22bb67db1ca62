"""
Every sentence the bot says that does not come from a questionnaire.

Plain words, 您, short. No word that leans towards an answer, no praise, nothing in rows of exclamation
marks. A function takes what the sentence names; people's own words and titles arrive already quoted.
"""

from datetime import datetime

from core.clock import day_in_words, local

# Acts that the face itself adds --------------------------------------------------------------------------

MORE = "继续"
NEXT_PAGE = "下一页"
FIRST_PAGE = "回到第一页"
HUMAN = "人工"
PICKED = "（已选）"
BETWEEN_ACTS = "｜"

MENU_SAYS = {"menu_survey": "我要评价", "menu_mine": "我的", "menu_help": "帮助"}


def page_mark(page: int, pages: int) -> str:
    """Which page of a list this is."""
    return f"（{page}/{pages}）"


def say_more(word: str, mark: str) -> str:
    """How to see the rest where nothing can be tapped."""
    return f"没完{mark}，回复“{word}”接着看"


# How to answer -------------------------------------------------------------------------------------------

HOW_ONE = "点一下，或回复数字"
HOW_ONE_TYPED = "请回复前面的数字"
HOW_SEVERAL = "可以选几个：一个一个点，或一起回复，比如 1 3"
HOW_SEVERAL_TYPED = "可以选几个，请一起回复，比如 1 3"
HOW_PLACE = "点一下，或回复数字、地名"
HOW_PLACE_TYPED = "请回复数字或地名"
HOW_TEXT = "请直接打字回复"
HOW_MEDIA = "请直接回复，说完了点“下一步”"
HOW_NUMBER = "请回复一个数字"
HOW_OTHER_WORDS = "请打字说说是什么"


def how_number(bounds: str, unit: str) -> str:
    """How to answer with a number; `bounds` as from `between`, `unit` may be empty."""
    measured = f"，单位是{unit}" if unit else ""
    return f"请回复{bounds or '一个数字'}{measured}"


def between(low: str, high: str) -> str:
    """The bounds of a number in words, '' where there are none."""
    if low and high:
        return f" {low} 到 {high} 之间的数字"
    if low:
        return f"不小于 {low} 的数字"
    return f"不大于 {high} 的数字" if high else ""


# Not understood, or not allowed --------------------------------------------------------------------------


def not_understood(quoted: str, how: str) -> str:
    """What was not understood, and how to answer instead."""
    return f"没看明白{quoted}。{how}"


NOT_UNDERSTOOD_AT_ALL = "没看明白您发的。"
TAP_ONE = "请点一项。"
TYPE_THE_NUMBER = "请回复选项前面的数字。"
CHOOSE_A_PLACE = "请点一个地方，或回复它前面的数字、地名。"
TYPE_A_PLACE = "请回复地方前面的数字，或地名。"
TYPE_YOUR_ANSWER = "请打字回复。"
SEE_HELP = "回复“帮助”，看看这里能做什么。"


def tap_or_type(first: int, last: int) -> str:
    """
    How to choose one option.

    The example names no number on purpose: `比如回复 1` would lean towards the first option.
    """
    return f"请点一项，或回复 {first} 到 {last}，选哪项就回复它前面的数字。"


def type_one(first: int, last: int) -> str:
    """The same where nothing can be tapped."""
    return f"请回复 {first} 到 {last}，选哪项就回复它前面的数字。"


def tap_or_type_several(first: int, last: int) -> str:
    """How to choose several options."""
    return f"请点要选的，或回复 {first} 到 {last}，选几个就写几个，中间空一格。"


def type_several(first: int, last: int) -> str:
    """The same where nothing can be tapped."""
    return f"请回复 {first} 到 {last}，选几个就写几个，中间空一格。"


OFFER_HUMAN = "要人帮忙，请点这里："
OFFER_HUMAN_TYPED = "要人帮忙，请回复“人工”。"


def too_long(limit: int, got: int) -> str:
    """An open answer over its length."""
    return f"太长了：最多{limit}个字，您写了{got}个字。请短一点再发一次。"


def too_short(limit: int, got: int) -> str:
    """An open answer under its length."""
    return f"太短了：至少要{limit}个字，您写了{got}个字。请再多说一点。"


def pattern(quoted: str) -> str:
    """An open answer that is not written as asked."""
    return f"{quoted}的写法不对，请照题目里说的再发一次。"


def too_many_choices(limit: int) -> str:
    """More options than allowed."""
    return f"最多选{limit}项，这次选多了，请少选一点。"


def too_few_choices(limit: int) -> str:
    """Fewer options than needed."""
    return f"至少要选{limit}项，请再选。"


def exclusive(quoted: str) -> str:
    """An option that stands alone was combined with others."""
    return f"选了{quoted}，就不能再选别的。请重新选。"


def number_range(bounds: str) -> str:
    """A number outside its bounds."""
    return f"这个数不在范围里，请回复{bounds or '一个数字'}。"


NOT_WHOLE = "请回复整数，不带小数点。"


def too_many_photos(limit: int) -> str:
    """More pictures than the question takes."""
    return f"这道题最多发{limit}张照片，多的没有收。"


REQUIRED = "这道题要答了才能往下走。"
VOICE_NOT_HERE = "没听明白您的语音。"
PHOTO_NOT_HERE = "这道题用不上照片。"
KIND_NOT_HERE = "这里看不了您发的这种消息。"


def place_not_found(quoted: str) -> str:
    """No such place here."""
    return f"没找到{quoted}这个地方，请点一个，或换个写法再发。"


def place_ambiguous(quoted: str) -> str:
    """Several places of that name."""
    return f"叫{quoted}的地方不止一个，请再说全一点，或点一个。"


NO_PREVIOUS = "这是第一题，前面没有了。"
NEEDS_TEXT = "请再打几个字说明一下。"


# Along the way -------------------------------------------------------------------------------------------


def min_age(years: int) -> str:
    """Who may take part."""
    return f"年满{years}周岁的人才能填。"


def progress(k: int, n: int) -> str:
    """In front of a question's title."""
    return f"【{k}/{n}】"


def which_answer(number: int | None, quoted_title: str) -> str:
    """An earlier question, named by its number where it has one."""
    return f"第{number}题" if number is not None else quoted_title


def answer_changed(which: str, quoted_label: str, dropped: int) -> str:
    """An earlier answer now reads otherwise."""
    changed = f"{which}改为{quoted_label}。" if quoted_label else f"{which}改为不回答。"
    return changed + (f"跟着它的{dropped}道题不用答了。" if dropped else "")


def answer_unchanged(which: str, quoted_label: str) -> str:
    """An earlier answer was tapped again."""
    return f"{which}还是{quoted_label}，没有变。" if quoted_label else f"{which}没有变。"


def more_welcome(text: bool, voice: bool, photos_left: int) -> str:
    """What may still be added to an open answer."""
    ways = [
        *(["打字"] if text else []),
        *(["发语音"] if voice else []),
        *([f"再发{photos_left}张照片"] if photos_left > 0 else []),
    ]
    return f"还想说的，可以接着{'、'.join(ways)}。说完了请点“下一步”。" if ways else "说完了请点“下一步”。"


def word_meant(quoted: str) -> str:
    """A command word came inside an open question."""
    return f"{quoted}，您是要做这件事，还是这就是您的回答？"


CAN_CHANGE = "想改的话，截止前在这里随便发一句就能改。"
INELIGIBLE = "按您说的情况，这份问卷就到这里。谢谢您。"
REFUSED = "好的，就到这里，不打扰您了。"
CALLBACK = "好的，先到这里，我们改个时间再问您。"
DECLINED = "好的，不参加也没关系。以后想参加，再扫一次码就行。"


# The desk ------------------------------------------------------------------------------------------------


def greeting(office: str) -> str:
    """Who speaks here."""
    return f"您好，这里是{office}。" if office else "您好。"


WHICH_COUNTY = "您住在哪个县（区）？"


def which_within(place: str) -> str:
    """The next finer place."""
    return f"您住在{place}的哪里？"


def moment(at: datetime) -> str:
    """A day with its year, and the time where it is not midnight: `2021年11月21日 08:00`."""
    there = local(at)
    day = f"{there.year}年{day_in_words(at)}"
    return day if (there.hour, there.minute) == (0, 0) else f"{day} {there:%H:%M}"


def not_yet_open(quoted: str, opens: str) -> str:
    """The round opens later."""
    return f"{quoted}还没开始，{opens}开始。到时候再扫一次码，或在这里发一句话就行。"


def already_closed(quoted: str, words: str, closed: str) -> str:
    """The round is over; `words` are the questionnaire's own."""
    return f"{words or quoted + '已经结束。'}（{closed}截止）"


NOTHING_OPEN = "现在没有正在做的调查。下次开始了，扫码或在这里发一句话就能参加。"
UNKNOWN_CODE = "这个码认不出来，可能已经不用了。回复“我要评价”，可以自己选地方。"


def go_on_or_restart(quoted: str) -> str:
    """The same questionnaire's code was scanned again."""
    return f"{quoted}您已经答了一些。接着答，还是从头来？"


def finish_first(quoted: str, quoted_other: str) -> str:
    """Another code came in the middle."""
    return f"{quoted}还没答完。先把它答完，还是去答{quoted_other}？"


def answer_anew(quoted: str) -> str:
    """Already answered, and may be answered again."""
    return f"{quoted}您已经交过了。要重新答一次吗？新的交了，才换掉原来的。"


RESTART_SURE = "从头来的话，前面答的就不要了。要从头来吗？"
QUIT = "要停下来吗？答过的会留着，以后可以接着答；也可以以后都不再问您。"
DELETE_SURE = (
    "删掉以后，您写的话、发的语音和照片、说的个人情况都没有了；点选过的答案会留下，但看不出是谁答的。"
    "删了就找不回来，要删吗？"
)


def already_answered(quoted: str) -> str:
    """One answer only, and it is in."""
    return f"{quoted}您已经交过了，每人只答一次。"


STALE_ROUND = "您点的是以前那次调查的，已经不能答了。"
STALE_RUN = "您点的是上一次答的，这次请点新的。"
STALE_NOTHING = "您点的这一项现在用不上了。回复“帮助”，看看这里能做什么。"


def resumed(quoted: str) -> str:
    """Back after a pause."""
    return f"接着上次的{quoted}。"


def late_words(quoted: str) -> str:
    """Typed words that came too late."""
    return f"您说的{quoted}来晚了一步，没有记。还要的话，请再发一次。"


WAS_SHED = "现在人多，您刚才那句没收到，请再发一次。"

HELP = """这里可以做这些，直接回复就行：
我要评价：开始答题
上一题：回到前一道
重来：从头再答
退出：先停下来
我的：看答到哪里了
人工：找办公室的人
删除我的数据：把您的东西删掉"""


def human(phone: str, hours: str) -> str:
    """The office's number and hours; the wish for a human is in its list."""
    when = f"（{hours}）" if hours else ""
    call = f"请打电话 {phone}{when}。" if phone else ""
    return f"{call}您要找人的事也记下了，想让我们打给您，请把手机号发过来。"


PHONE_NOTED = "手机号记下了，只用来给您回电话。"


def paused(until: str) -> str:
    """Stopped for now; `until` is a day, or '' where there is none."""
    return f"好的，先到这里，答过的都留着。{until + '之前' if until else '以后'}发一句话，就能接着答。"


NEVER_AGAIN = "好的，以后不再问您。您自己扫码，还是可以参加。"


def my_progress(quoted: str, k: int, n: int) -> str:
    """What is under way."""
    return f"正在答：{quoted}，到第{k}题，共{n}题。"


def my_current(quoted: str) -> str:
    """What is under way, where counting would mislead."""
    return f"正在答：{quoted}。"


NOTHING_UNDER_WAY = "您现在没有在答的问卷。"


def my_done(quoted_titles: list[str], count: int) -> str:
    """What was handed in; `count` is all of them, the titles may be fewer."""
    rest = f"等{count}份" if count > len(quoted_titles) else ""
    return f"已经交了：{'、'.join(quoted_titles)}{rest}。"


def is_fixed(quoted: str) -> str:
    """Residents are asked whether something is fixed."""
    return f"问您一件事：{quoted}，说是办好了。您看，办好了吗？"


VOTE_NOTED = "好的，记下了，只算一次，不记是谁说的。"
VOTE_TOO_LATE = "这件事已经问完了，谢谢您。"
TELL_OUTCOME = "处理结果要不要告诉您？要的话，您的微信标识加密留着，事情办完就删，不作别的用。"
WILL_TELL = "好的，记下了。事情有了结果，您在这里发一句话就能看到。不想要了，回复“删除我的数据”。"
WILL_NOT_TELL = "好的，不记您的微信标识。"


def opinion_news(day: str, state: str, by: str) -> str:
    """What became of what somebody said that day; `by` names who does it, '' for nobody in particular."""
    said = f"您{day}说的事"
    if state == "done":
        done = f"{by}已经办完，我们核实过了。" if by else "已经办完了。"
        return f"{said}有结果了：{done}要是没办好，回复“人工”告诉我们。"
    if state == "nothing":
        return f"{said}我们看过了，这次没有另外安排去办。要再说说，回复“人工”。"
    if state == "handed":
        return f"{said}：交给{by or '有关单位'}了，正在办。"
    return f"{said}：收到了，还没有结果。"


DATA_DELETED = "已经删了。留下的答案看不出是谁答的。"
KEPT = "好的，都没有动。"
WELCOME = "想参加调查，请扫码，或回复“我要评价”。回复“帮助”，看看这里能做什么。"

# When we failed ------------------------------------------------------------------------------------------

APOLOGY = "刚才出了点问题，您那句没记上。请过一会儿再发一次。"
