"""
What a liaison's one-tap link carries: a verb and one number (an item's, an act's, a page).

Two digits of verb, thirteen of number. Links stay in old chat bubbles for years: verbs are added, never
renumbered. Whether a tap still makes sense is asked of the item, not of the link.
"""

from enum import IntEnum

# The leading digit of our links; see `bot/tap_ids.py`.
DESK = 2
_ARGUMENTS = 10**13


class Verb(IntEnum):
    """What a link asks for; what its number means."""

    LIST = 1  # page
    SHOW = 2  # item
    CLAIM = 3  # item
    MEASURES = 4  # item
    PROGRESS = 5  # item
    APPLY = 6  # item
    EXTEND = 7  # item
    RECALL = 8  # item
    UNDO = 9  # act
    WHY = 10  # position of the reason, from 1
    UNTIL = 11  # the new date as yyyymmdd
    SAME_WORDS = 12  # item: apply with the words of the last progress
    CANCEL = 13  # 0
    FOR_ITEM = 14  # item: what was said or sent belongs to it
    IS_ANSWER = 15  # 0: it was the answer to the questionnaire
    MY_ANSWERS = 16  # 0: how the questionnaire stands
    PUBLICITY = 17  # 0: report material that was hung up
    AD_PLACE = 18  # township code
    AD_PHOTO = 19  # 0: the photo that was sent is of such material


def encode(verb: Verb, argument: int = 0) -> int:
    """The link's number; ValueError when the argument has no room."""
    if not 0 <= argument < _ARGUMENTS:
        raise ValueError(f"no room in a liaison's link: {argument}")
    return verb * _ARGUMENTS + argument


def decode(code: int) -> tuple[Verb, int] | None:
    """What the number means; None for one we never made."""
    verb, argument = divmod(code, _ARGUMENTS)
    try:
        return Verb(verb), argument
    except ValueError:
        return None
