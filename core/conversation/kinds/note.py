"""
`type: note`: words to show before the next question; takes no answer and has no column.

    - {id: about, type: note, title: 最后几道是关于您自己的，想答就答。}
"""

from collections.abc import Iterator

from core.conversation.layout import Element, Site
from core.questionnaires.model import Note


def lay_out(note: Note, site: Site) -> Iterator[Element]:
    """Its words, and its help as words of their own."""
    inside = site.under(note)
    yield from inside.words(note.title)
    yield from inside.words(note.help)
