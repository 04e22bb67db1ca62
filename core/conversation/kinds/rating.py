"""
`type: scale`: one step of a named scale, best first.

    - {id: gov, type: scale, scale: satisfied, dimension: gov, title: 您对县里的工作满意吗？}

Stored as the step's code; scores belong to reports, not to the conversation.
"""

from core.conversation.kinds.choosing import ChoosingOne
from core.questionnaires.model import Rating


class RatingKind(ChoosingOne[Rating]):
    """Choose one step of a scale."""

    type = "scale"
    scores = True
