"""Without a code the person says where they are: a county, then a township of it."""

from core.conversation.inputs import Act, Input, Said, Tapped
from core.conversation.prompts import Choice, ChoosePlace, NotUnderstood
from core.conversation.understanding.commands import MORE, command
from core.conversation.understanding.numerals import option_number
from core.conversation.understanding.plain import plain
from core.conversation.visit import Visit
from core.places.gazetteer import PlaceNode


def ask(visit: Visit, county: str = "", *, greet: bool = False, page: int = 0) -> None:
    """Ask for the county, or for a township of `county` (its code)."""
    gazetteer = visit.world.gazetteer
    offered = gazetteer.children(county) if county else gazetteer.counties
    choices = tuple(
        Choice(number=number, label=place.short_name, choice=Act.PLACE, echo=gazetteer.full_name(place.code))
        for number, place in enumerate(offered, start=1)
    )
    visit.change(asking="place", payload=county, page=page)
    within = gazetteer.full_name(county) if county else ""
    visit.say(ChoosePlace(within=within, choices=choices, page=page, greet=greet))


def answered(visit: Visit, said: Input) -> str:
    """
    They said or tapped something while the place was asked for.

    The township's code once it is chosen; '' when there is more to ask, which then has been said.
    """
    county = visit.person.payload
    if isinstance(said, Tapped) and said.choice == Act.MORE:
        ask(visit, county, page=visit.person.page + 1)
        return ""
    words = said.text if isinstance(said, Said | Tapped) else ""
    if command(words) == MORE:
        ask(visit, county, page=visit.person.page + 1)
        return ""
    found = _meant(visit, words, county)
    if len(found) == 1 and found[0].level != "county":
        return found[0].code
    if len(found) == 1:
        ask(visit, found[0].code)
    else:
        visit.say(NotUnderstood(words))
        ask(visit, county, page=visit.person.page)
    return ""


def _meant(visit: Visit, words: str, county: str) -> tuple[PlaceNode, ...]:
    """The places that the words may mean; a numeral is the number in the list shown."""
    gazetteer = visit.world.gazetteer
    offered = gazetteer.children(county) if county else gazetteer.counties
    number = option_number(plain(words))
    if number is not None:
        return (offered[number - 1],) if 1 <= number <= len(offered) else ()
    return visit.world.township_names.find(words, within=county)
