"""
`type: group`: questions that share a condition; answers and columns are those of its questions.

    - {id: place_part, type: group, title: 评价所在县（区）, show_if: subject.kind == 'place', questions: […]}

Its title is said before its first question that is asked.
"""

from collections.abc import Iterator

from core.conversation.layout import Element, LayOut, Site
from core.questionnaires.model import Group


def lay_out(group: Group, site: Site, lay_out_all: LayOut) -> Iterator[Element]:
    """Its title and help, then its questions under its condition."""
    inside = site.under(group)
    yield from inside.words(group.title)
    yield from inside.words(group.help)
    yield from lay_out_all(group.questions, inside)
