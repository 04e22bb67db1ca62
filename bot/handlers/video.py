"""Videos, long and short: no question takes one, so the person is told how to answer."""

from werobot.messages.messages import VideoMessage

from bot.deliveries import incoming
from core.conversation.incoming import Turns
from core.conversation.inputs import Other


def on_video(message: VideoMessage, turns: Turns) -> str:
    """A video arrived."""
    return turns.take(incoming(message, Other("video")))
