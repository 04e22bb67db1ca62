"""
Words that mean an act wherever they are said, alone: 上一题, 下一步, 帮助, 退出 and their like.

The first word of each line is the one shown on links and handed on; the others mean the same.
"""

from core.conversation.understanding.plain import plain, squeezed

PREVIOUS = "上一题"
NEXT = "下一步"
SKIP = "跳过"
DONE = "选好了"
MORE = "继续"
CLEAR = "重选"
SAME = "同上"
RESTART = "重来"
HELP = "帮助"
QUIT = "退出"
HUMAN = "人工"
MINE = "我的"
DELETE = "删除我的数据"

# What the desk acts on; the engine only hands them on.
DESK_WORDS = frozenset({RESTART, HELP, QUIT, HUMAN, MINE, DELETE})

_SAYINGS = """
上一题 上一步 返回 前一题 上题 上一道 上一道题 上一个 回上一题 返回上一题 退回 后退 倒回去 前一道
下一步 下一题 下一个 下一道 没有了 没了 没别的了 好了 完了 选完了 说完了 写完了 发完了 答完了 就这些 就这样
跳过 跳过这题 略过 不答 不回答 不想答 不想回答 不想说 不说 不填 不想填 不选 不想选 过
选好了 选好
继续 下一页 更多 接着 接着来
重选 重新选 重写 重新写
同上 和上面一样 跟上面一样
重来 重新来 重新开始 从头来 从头开始 重做 重新做 重填 重新填 再来一次 重新答
帮助 怎么用 怎么填 怎么答 怎么弄 使用说明 说明 不会弄 help
退出 不做了 不答了 不填了 不想做了 不想答了 停止 结束 退订 以后再说 下次再说 暂停 quit exit
人工 转人工 人工服务 人工客服 找人工 客服 转人工服务
我的 我的进度 我的答卷 我的意见 查进度
删除我的数据 删除数据 删掉我的数据 删除我的信息 删除个人信息 删除我的资料 清除我的数据 删除我的答案
"""


def _meanings() -> dict[str, str]:
    lines = [line.split() for line in _SAYINGS.split("\n") if line]
    return {saying: words[0] for words in lines for saying in words}


_MEANINGS = _meanings()
_LONGEST = max(map(len, _MEANINGS))


def command(words: str) -> str | None:
    """The act that these words, alone, ask for; None when they are anything else."""
    # A question mark alone is how people ask for help on a phone.
    if words.strip() in ("?", "？"):
        return HELP
    if len(words) > 3 * _LONGEST:
        return None
    return _MEANINGS.get(squeezed(plain(words)))
