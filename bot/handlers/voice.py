"""
A voice message: its media id, and the platform's transcript where it made one.

The platform is retiring recognition: since 2023 the element tends to be empty.
"""

from werobot.messages.messages import VoiceMessage

from bot.deliveries import incoming
from core.conversation.incoming import Turns
from core.conversation.inputs import Other, Voice


def on_voice(message: VoiceMessage, turns: Turns) -> str:
    """A voice message arrived."""
    media_id = message.media_id
    what = Voice(media_id, message.recognition or "") if media_id else Other("voice")
    return turns.take(incoming(message, what))
