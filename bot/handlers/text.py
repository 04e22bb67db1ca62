"""
Words: typed, or the words of a link that was tapped.

A tap comes as an ordinary text message with the link's number beside it (`bizmsgmenuid`). The number is at
times missing or `0`, and other programs' menus stay tappable: then the words count, as if typed.
"""

from werobot.messages.messages import TextMessage

from bot.deliveries import incoming
from bot.tap_ids import SideTapId, TapId
from core.conversation.incoming import SideTapped, Turns
from core.conversation.inputs import Said, Tapped


def on_text(message: TextMessage, turns: Turns) -> str:
    """A typed or tapped answer arrived; reply with what comes next."""
    return turns.take(incoming(message, _what(message)))


def _what(message: TextMessage) -> Said | Tapped | SideTapped:
    words = message.content or ""
    digits = getattr(message, "bizmsgmenuid", None)
    if not isinstance(digits, str):
        return Said(words)
    if tap := TapId.decode(digits):
        return Tapped(tap.round_id, tap.run, tap.slot, tap.choice, words)
    if side := SideTapId.decode(digits):
        return SideTapped(side.desk, side.code, words)
    return Said(words)
