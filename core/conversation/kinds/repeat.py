"""
`type: repeat`: the same questions about each of several places or units.

    - {id: counties, type: repeat, over: 'places:county', as: county, title: '请评价{county.name}',
       order: shuffled, questions: […]}

One slot and one column per item and question, `economy@451203`. Every question carries the repeat's title,
since 经济发展 alone would not say whose. Slots are numbered in the given order; a shuffled order is the
run's own (`RunState.orders`).
"""

from collections.abc import Iterator

from core.conversation.layout import Element, LayOut, Site, answerable_ids
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Repeat, walk


def lay_out(repeat: Repeat, site: Site, lay_out_all: LayOut, gazetteer: Gazetteer) -> Iterator[Element]:
    """Its help once, then its questions about each item."""
    outside = site.under(repeat)
    if repeat.help and "{" not in repeat.help:
        yield from outside.words(repeat.help)
    ids = answerable_ids(walk(repeat.questions))
    for item in gazetteer.subjects_over(repeat.over):
        inside = outside.about(repeat, repeat.variable, item.code, item.short_name, ids)
        if repeat.help and "{" in repeat.help:
            yield from inside.words(repeat.help)
        yield from lay_out_all(repeat.questions, inside)
