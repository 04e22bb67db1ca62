"""
`type: single`: one option of a list.

    - {id: sex, type: single, title: 您是男的还是女的？, options: [{code: male, label: 男}, …]}

Stored as its code; with `other: true` the words in `text`. An option may end the questionnaire.
"""

from core.conversation.kinds.choosing import ChoosingOne
from core.questionnaires.model import Single


class SingleKind(ChoosingOne[Single]):
    """Choose one option."""

    type = "single"
