"""A shared article or page: no question takes one, so the person is told how to answer."""

from werobot.messages.messages import LinkMessage

from bot.deliveries import incoming
from core.conversation.incoming import Turns
from core.conversation.inputs import Other


def on_link(message: LinkMessage, turns: Turns) -> str:
    """A link arrived."""
    return turns.take(incoming(message, Other("link")))
