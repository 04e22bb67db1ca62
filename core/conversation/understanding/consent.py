"""Yes or no to the first question of all. Only plain agreement is agreement."""

from core.conversation.understanding.options import Lexicon, understand_option
from core.conversation.understanding.plain import plain, squeezed

_YES_SAYINGS = """
同意 愿意 我愿意 我同意 参加 我参加 愿意参加 同意参加 好 好的 好吧 可以 行 行的 是 是的 嗯 嗯嗯 开始 ok yes y
"""
_NO_SAYINGS = """
不同意 不愿意 我不同意 我不愿意 不参加 我不参加 不愿意参加 不 不要 不做 不行 不可以 不想 不用 不了 拒绝 no n
"""
_YES = frozenset(_YES_SAYINGS.split())
_NO = frozenset(_NO_SAYINGS.split())


def understand_consent(words: str, labels: Lexicon) -> bool | None:
    """Whether the person agrees; None when that cannot be told. `labels` are those of yes and no."""
    found = understand_option(words, labels)
    if found is not None:
        return found == 0
    said = squeezed(plain(words))
    if "?" in said:
        return None
    if said in _YES:
        return True
    return False if said in _NO else None
