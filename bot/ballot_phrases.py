"""
Every sentence the bot says about a leader's ballot, so that the words can be read through in one place.

Nothing here leans towards an answer, and nothing confirms what was chosen: a bubble must be no receipt.
"""


def at_once(count: int, high: int) -> str:
    """Grades may be written together."""
    example = "12112112112112"[:count]
    return f"想快一点：{count}项的数字可以连着发，比如 {example}（{high}是不了解）。"


def count_fault(want: int, got: int) -> str:
    """Too many or too few digits."""
    return f"这里要{want}个数字，每项一个；您发了{got}个，没有记。请再发一次，或一项一项点。"


def range_fault(high: int) -> str:
    """A digit that is no option."""
    return f"每个数字要在1到{high}之间，没有记。请再发一次。"


def other_fault(want: int, high: int) -> str:
    """Something else among the digits."""
    return f"没看明白，没有记。请发{want}个1到{high}的数字，中间不带别的；也可以一项一项点。"


NOTHING_ABOVE = "这是第一个，前面还没有可以照抄的。请先评这一个。"
NOT_HERE = "这一项不用回避，可以不填，点“下一步”。"

SUMMARY_TITLE = "都评完了，请看一遍。想改哪一行，点那一行。没问题就点最下面的“交上”，交上以后不能再改。"
SUMMARY_TYPED = "想改哪一行，回复行号；没问题就回复“交上”。"
SUMMARY_PAGE_TITLE = "请看一遍"

HANDED_IN = "交上了，已经封存。谁也看不到这是谁投的，系统里也查不出来。"
PRIVACY = "这条聊天可以删掉，不影响您的票。"


def paused(days: int, closes: str) -> str:
    """Kept for a while."""
    return f"好的，先到这里。填好的替您锁着，留{days}天（最晚到{closes}）；再扫一次纸票，就能接着填。"


def resumed(quoted: str) -> str:
    """Back to a ballot that is not handed in."""
    return f"接着填{quoted}，还没有交上。"


HELP = """这里可以这样填：
点选项，或回复数字；一个县（区）的几项可以连着发，比如 12112
同上：和前一个一样
回避：这个县（区）不评
上一题：回到前一项
重来：从头再填
退出：先停下来
人工：找办公室的人"""


def progress(quoted: str, k: int, n: int) -> str:
    """How far it is."""
    return f"{quoted}填到第{k}项，一共{n}项，还没有交上。"


def complete(quoted: str) -> str:
    """Filled in, not handed in."""
    return f"{quoted}都填好了，还没有交上。"


DELETED = "这份没交上的评价删掉了，纸票还可以再用。聊天里要删别的，请再发一次“删除我的数据”。"
DECLINED = "好的，这次先不评。纸票没有用掉，截止前想评，再扫一次或把纸票上的10个字符发过来就行。"
RESTART_SURE = "从头来的话，前面填的就不要了。要从头来吗？"
DELETE_SURE = "删掉的话，这份还没交上的评价就没有了，纸票还可以再用。要删吗？"


def round_closed(closes: str, days: int) -> str:
    """The round ended before it was handed in."""
    return (
        f"评价已经截止（{closes}），这份没有交上，不算数。填好的替您锁着，{days}天后自动删除；"
        "如果办公室延长时间，再扫一次纸票就能接着填。"
    )


LOST = "系统出了故障，您填了一半的没有保住，很抱歉。纸票没有用掉，请再扫一次，重新填。"
OLD_LINK = "您点的是以前那张选票的，现在用不上了。要投票，请扫纸票，或把纸票上的10个字符发过来。"


def how_secret(address: str) -> str:
    """Where it can be read how nobody can tell."""
    return f"怎么保证查不出是谁投的：{address}"
