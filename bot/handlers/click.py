"""A tap on a button of the account's menu that stands for words."""

from werobot.messages.events import ClickEvent

from bot.deliveries import incoming
from bot.phrases import MENU_SAYS
from core.conversation.incoming import Nothing, Turns
from core.conversation.inputs import Said


def on_click(message: ClickEvent, turns: Turns) -> str:
    """A menu button; one that is not ours (an older menu, say) is passed over in silence."""
    words = MENU_SAYS.get(message.key or "")
    return turns.take(incoming(message, Said(words) if words else Nothing()))
