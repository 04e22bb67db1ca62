"""
Personal questions (age, sex, …) are never shown for groups of fewer than ten people.

The format of questionnaires promises it (`personal: true`). Whoever knows the total must not find the hidden
group by subtracting, so at least ten people hide together.
"""

from collections.abc import Mapping

MIN_GROUP = 10


def hidden_codes(counts: Mapping[str, int]) -> set[str]:
    """
    The groups that must not be shown: those of one to nine people, and the next smallest until ten hide.

    A group of nobody hides nobody and stays.
    """
    by_size = sorted((count, code) for code, count in counts.items() if count)
    hidden: set[str] = set()
    hiding = 0
    for count, code in by_size:
        if count >= MIN_GROUP and (not hidden or hiding >= MIN_GROUP):
            break
        hidden.add(code)
        hiding += count
    return hidden
