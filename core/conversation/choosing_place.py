"""
Without a code the person says where they are: a county, then a township of it, or the township at once.

How that is asked and what words mean by it; what follows is `leads`'.
"""

from core.conversation.inputs import Act
from core.conversation.prompts import Choice, ChoosePlace
from core.conversation.understanding.numerals import option_number
from core.conversation.understanding.plain import plain
from core.conversation.world import World
from core.places.gazetteer import Gazetteer, PlaceNode


def question(gazetteer: Gazetteer, county: str = "", *, page: int = 0, greet: bool = False) -> ChoosePlace:
    """Which county, or which township of `county` (its code)."""
    choices = tuple(
        Choice(number=number, label=place.short_name, choice=Act.PLACE, echo=gazetteer.full_name(place.code))
        for number, place in enumerate(_offered(gazetteer, county), start=1)
    )
    within = gazetteer.full_name(county) if county else ""
    return ChoosePlace(within=within, choices=choices, page=page, greet=greet)


def understand(world: World, words: str, county: str) -> tuple[PlaceNode, ...]:
    """The places that the words may mean; a numeral is the number in the list that was shown."""
    number = option_number(plain(words))
    if number is not None:
        return _offered(world.gazetteer, county)[number - 1 : number] if number > 0 else ()
    return world.township_names.find(words, within=county)


def _offered(gazetteer: Gazetteer, county: str) -> tuple[PlaceNode, ...]:
    return gazetteer.children(county) if county else gazetteer.counties
