"""
Which part of a round a page shows, read from the address: `questionnaire`, `county`, `township`, `unit`,
`aside` (also what was set aside).

A link reproduces a view. What the address names and nobody knows is refused with a sentence, never ignored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from flask import g

from admin.error_pages import BadFilter
from admin.words import titled
from core.clock import SHANGHAI
from core.errors import NotFound
from core.people.reach import Reach
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.questionnaires.model import Questionnaire
from core.reports.scope import Scope
from core.rounds.catalog import Catalog, RoundEntry
from core.rounds.service import AUDIENCES

PAGE_SIZE = 50
WITH_SET_ASIDE = "1"
MAX_PAGE_DIGITS = 6


class NoAnswersYet(NotFound):
    """The round is a draft, or there is no such round."""

    say = "没有这次调查，或者它还没有开放过，所以没有答卷可看。请到“调查”里找。"


@dataclass(frozen=True, slots=True)
class View:
    """
    A part of a round. `questionnaire` is None when all of the round's are meant; so with the places and the
    unit. `reach` is that of whoever is signed in.
    """

    round: RoundEntry
    questionnaire: Questionnaire | None
    county: PlaceNode | None
    township: PlaceNode | None
    unit: UnitNode | None
    gazetteer: Gazetteer
    reach: Reach
    with_set_aside: bool = False

    @property
    def scope(self) -> Scope:
        """The same for the reading services."""
        place = self.township or self.county
        return Scope(
            round_id=self.round.id,
            reach=self.reach,
            questionnaire_id=self.questionnaire.id if self.questionnaire else "",
            place_code=place.code if place else "",
            unit_code=self.unit.code if self.unit else "",
            with_set_aside=self.with_set_aside,
        )

    @property
    def args(self) -> dict[str, str]:
        """The same as parts of an address."""
        found = {"questionnaire": self.questionnaire.id} if self.questionnaire else {}
        for name, node in (("county", self.county), ("township", self.township), ("unit", self.unit)):
            if node is not None:
                found[name] = node.code
        if self.with_set_aside:
            found["aside"] = WITH_SET_ASIDE
        return found

    @property
    def sentence(self) -> str:
        """The same in words: `2021年终评议 · 城乡居民满意度调查 · 都安县 · 全部单位`."""
        words = [self.round.name, self.title if self.questionnaire else "全部问卷", self.where]
        if self.with_set_aside:
            words.append(self.aside_words)
        return " · ".join(words)

    @property
    def where(self) -> str:
        """The place and the unit in words; `全市` where no place is chosen."""
        place = self.township or self.county
        words = [self.gazetteer.full_name(place.code) if place else "全市"]
        if self.unit is not None:
            words.append(self.unit.short_name)
        return " · ".join(words)

    @property
    def aside_words(self) -> str:
        """Whether what was set aside is counted."""
        return "搁置的也算" if self.with_set_aside else "搁置的不算"

    @property
    def title(self) -> str:
        """The questionnaire's title, about the chosen unit where there is one."""
        assert self.questionnaire is not None, "asked only where there is one"
        return questionnaire_title(self.questionnaire, self.unit)

    @property
    def questionnaires(self) -> list[Questionnaire]:
        """The round's questionnaires within reach, in the order of their audiences."""
        return within_reach(self.round, self.reach)

    @property
    def can_be_about_units(self) -> bool:
        """Whether choosing a unit can make sense here."""
        chosen = [self.questionnaire] if self.questionnaire else self.questionnaires
        return self.unit is not None or any(judges_units(each) for each in chosen)

    @property
    def counties(self) -> tuple[PlaceNode, ...]:
        """The counties that can be chosen."""
        return tuple(each for each in self.gazetteer.counties if each.code.startswith(self.reach.county_code))

    @property
    def units(self) -> tuple[UnitNode, ...]:
        """The units that can be chosen."""
        return tuple(each for each in self.gazetteer.units if self.reach.unit_code in ("", each.code))

    @property
    def townships(self) -> tuple[PlaceNode, ...]:
        """What can be chosen below the county."""
        return self.gazetteer.children(self.county.code) if self.county else ()


def questionnaire_title(questionnaire: Questionnaire, unit: UnitNode | None = None) -> str:
    """A questionnaire's title as the office reads it."""
    return titled(questionnaire.title, {"subject": unit.short_name} if unit else None)


def judges_units(questionnaire: Questionnaire) -> bool:
    """Whether its responses are about a unit."""
    return questionnaire.subject in ("unit", "place_or_unit")


def in_order(entry: RoundEntry) -> list[Questionnaire]:
    """A round's questionnaires, residents' first."""
    return [entry.questionnaires[who] for who in AUDIENCES if who in entry.questionnaires]


def within_reach(entry: RoundEntry, reach: Reach) -> list[Questionnaire]:
    """A round's questionnaires that can say something about what somebody may see."""
    return [each for each in in_order(entry) if not reach.unit_code or judges_units(each)]


def read_round(catalog: Catalog, round_id: int) -> RoundEntry:
    """The round of an address; NoAnswersYet when it was never opened."""
    entry = catalog.round(round_id)
    if entry is None:
        raise NoAnswersYet
    return entry


def read_view(
    catalog: Catalog,
    round_id: int,
    args: Mapping[str, str],
    *,
    one_questionnaire: bool = False,
    reach: Reach | None = None,
) -> View:
    """
    What the address asks for; BadFilter with a sentence where it names what is not there. `reach`: whose eyes
    it is for; None: whoever is signed in.

    With `one_questionnaire` the first one is taken when none is named. A township that does not lie in the
    chosen county is dropped: the county was changed and the township is left over from before.
    """
    entry = read_round(catalog, round_id)
    reach = g.staff.reach if reach is None else reach
    gazetteer = catalog.gazetteer
    offered = within_reach(entry, reach)
    if not offered:
        raise NoAnswersYet("这次调查不评单位，所以没有您单位的结果。请到“调查”里找别的。")
    questionnaire = _questionnaire(entry, offered, args.get("questionnaire", ""))
    if questionnaire is None and one_questionnaire:
        questionnaire = offered[0]
    county, township = read_places(gazetteer, args)
    county = _own(county, gazetteer.place(reach.county_code), "县（区）")
    unit = _own(read_unit(gazetteer, args.get("unit", "")), gazetteer.unit(reach.unit_code), "单位")
    with_set_aside = bool(read_choice(args, "aside", (WITH_SET_ASIDE,), "筛选"))
    return View(entry, questionnaire, county, township, unit, gazetteer, reach, with_set_aside)


_Node = TypeVar("_Node", PlaceNode, UnitNode)


def _own(asked: _Node | None, own: _Node | None, what: str) -> _Node | None:
    """
    What is meant, by somebody who may see no other than `own` (None: any). The query sees to that; this is so
    that the page says what it shows.
    """
    if own is None:
        return asked
    if asked is not None and asked.code != own.code:
        raise BadFilter(f"您只能看{own.short_name}的。请去掉别的{what}。")
    return own


def read_places(gazetteer: Gazetteer, args: Mapping[str, str]) -> tuple[PlaceNode | None, PlaceNode | None]:
    """The county and the township of an address; see `read_view`."""
    county = _place(gazetteer, args.get("county", ""), "county", "县（区）")
    township = _place(gazetteer, args.get("township", ""), "township", "乡镇（街道）")
    if township is None:
        return county, None
    above = gazetteer.path(township.code)[0]
    county = county or above
    return county, township if above.code == county.code else None


def read_page(args: Mapping[str, str]) -> int:
    """The page of a list, from 1."""
    given = args.get("page", "") or "1"
    if not (given.isascii() and given.isdigit() and len(given) <= MAX_PAGE_DIGITS and int(given)):
        raise BadFilter(f"没有第“{given[:20]}”页。请回到第1页。")
    return int(given)


def read_choice(args: Mapping[str, str], name: str, known: Iterable[str], what: str) -> str:
    """One of some words, or '' when none is given."""
    given = args.get(name, "")
    if given and given not in known:
        raise BadFilter(f"没有叫“{given[:20]}”的{what}。请从列表里选。")
    return given


def read_days(args: Mapping[str, str]) -> tuple[date | None, date | None]:
    """The first and the last day asked for, both included."""
    first, last = (_day(args.get(name, "")) for name in ("since", "until"))
    return days_in_order(first, last)


def days_in_order(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """The same two days; BadFilter when they are the wrong way round, which would find nothing."""
    if first and last and last < first:
        raise BadFilter(
            f"开始日期（{first:%Y-%m-%d}）比结束日期（{last:%Y-%m-%d}）晚，这样一份也找不到。请把两个日期对调。"
        )
    return first, last


def read_date(args: Mapping[str, str], name: str) -> date | None:
    """One day of the address; None when it names none."""
    return _day(args.get(name, ""))


def bounds(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the first moment of one day to the first after the other, on clocks in Shanghai."""
    since = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI) if first else None
    until = datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1) if last else None
    return since, until


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        found = date.fromisoformat(given)
    except ValueError:
        raise BadFilter(f"看不懂日期“{given[:20]}”。请写成 2026-11-21 这样。") from None
    if not 2000 <= found.year <= 2200:
        raise BadFilter(f"日期“{given[:20]}”的年份不对。请写成 2026-11-21 这样。")
    return found


def _questionnaire(entry: RoundEntry, offered: list[Questionnaire], given: str) -> Questionnaire | None:
    found = next((each for each in offered if each.id == given), None)
    if given and found is None:
        raise BadFilter(f"“{entry.name}”里没有问卷“{given[:40]}”。请从列表里选。")
    return found


def _place(gazetteer: Gazetteer, given: str, level: str, what: str) -> PlaceNode | None:
    found = gazetteer.place(given) if given else None
    if given and (found is None or found.level != level):
        raise BadFilter(f"没有代码是“{given[:20]}”的{what}。请从列表里选。")
    return found


def read_unit(gazetteer: Gazetteer, given: str) -> UnitNode | None:
    """The unit of an address; None when it names none, BadFilter when nobody knows it."""
    found = gazetteer.unit(given) if given else None
    if given and found is None:
        raise BadFilter(f"没有代码是“{given[:20]}”的单位。请从列表里选。")
    return found
