"""
Which results a page shows, read from its address; the link that shows them again; and the tables made of it.

Knows nothing of requests, so the command that counts a printed table anew reads its link with the same words.
An address never reaches beyond the account: what names another county or unit is refused, and the scope
holds the account's own part besides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from admin.error_pages import BadFilter
from admin.filters import (
    WITH_SET_ASIDE,
    in_order,
    judges_units,
    read_choice,
    read_days,
    read_places,
    read_round,
)
from admin.filters import read_unit as known_unit
from core.errors import NotFound
from core.people.reach import EVERYTHING, Reach
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.questionnaires.model import Answerable, Questionnaire
from core.reports.addresses import results_address
from core.reports.answered import NEVER_ONE_BY_ONE
from core.reports.scope import Scope
from core.responses.channels import CHANNEL_WORDS
from core.results.earlier import Earlier, rounds
from core.results.measures import ratings
from core.results.ranking import LEAST_N
from core.results.source import Source
from core.results.tables import Table
from core.results.views import Part, days, heat, places, question, whole
from core.rounds.catalog import Catalog, RoundEntry

VIEWS = {
    "whole": "总的和各方面",
    "counties": "各县（区）",
    "townships": "各乡镇",
    "units": "各单位",
    "heat": "县区×方面",
    "question": "各题",
    "days": "每天",
    "rounds": "和以前比",
}
OF_COUNTIES = ("whole", "townships", "heat", "question", "days", "rounds")
OF_UNITS = ("whole", "question", "days", "rounds")
MOST_LEAST_N = 100_000


class NotYours(NotFound):
    """An address that names another county's or unit's results."""

    say = "这部分不在您的账号能看的范围里。请回到“结果”，从那里选。"


class NoResults(NotFound):
    """The round has no questionnaire whose results stand here."""

    say = "这次调查只有领导评价；它的结果要见证人开票以后，在“调查”的投票箱里看。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsView:
    """Results as an address asks for them. None and '' mean all, or nothing chosen."""

    view: str
    round: RoundEntry
    questionnaire: Questionnaire
    gazetteer: Gazetteer
    reach: Reach
    channel: str
    county: PlaceNode | None = None
    township: PlaceNode | None = None
    unit: UnitNode | None = None
    with_set_aside: bool = False
    dimension: str = ""
    question: str = ""
    least_n: int = LEAST_N
    since: date | None = None
    until: date | None = None

    @property
    def part(self) -> Part:
        """The same for the tables."""
        place = self.township or self.county
        scope = Scope(
            round_id=self.round.id,
            reach=self.reach,
            questionnaire_id=self.questionnaire.id,
            place_code=place.code if place else "",
            unit_code=self.unit.code if self.unit else "",
            channel=self.channel,
            with_set_aside=self.with_set_aside,
        )
        return Part(
            scope=scope,
            questionnaire=self.questionnaire,
            gazetteer=self.gazetteer,
            dimension=self.dimension,
            question=self.question,
            least_n=self.least_n,
            since=self.since,
            until=self.until,
        )

    @property
    def args(self) -> dict[str, str]:
        """The same as parts of an address, in one order: what a link holds."""
        found = {"questionnaire": self.questionnaire.id, "channel": self.channel}
        for name, node in (("county", self.county), ("township", self.township), ("unit", self.unit)):
            found[name] = node.code if node else ""
        found["dimension"] = self.dimension
        if self.view == "question":
            found["question"] = self.question
        found["least"] = str(self.least_n) if self.least_n != LEAST_N else ""
        if self.view == "days":
            found["since"] = self.since.isoformat() if self.since else ""
            found["until"] = self.until.isoformat() if self.until else ""
        found["aside"] = WITH_SET_ASIDE if self.with_set_aside else ""
        return {name: value for name, value in found.items() if value}

    @property
    def link(self) -> str:
        """The address that shows this again."""
        return results_address(self.round.id, self.view, self.args)

    @property
    def offered(self) -> list[str]:
        """The views that make sense here, and that the account may see."""
        if self.reach.unit_code or (self.unit is not None and not self.county):
            return list(OF_UNITS)
        if self.reach.county_code:
            return list(OF_COUNTIES)
        about_units, about_places = judges_units(self.questionnaire), self.questionnaire.subject != "unit"
        return [
            name
            for name in VIEWS
            if (name != "units" or about_units)
            and (name not in ("counties", "townships", "heat") or about_places)
        ]

    @property
    def where(self) -> str:
        """The place and unit in words: `都安县高岭镇`, `市教育局`, `全市`."""
        place = self.township or self.county
        words = [self.gazetteer.full_name(place.code)] if place else []
        if self.unit is not None:
            words.append(self.unit.short_name)
        return " · ".join(words) or "全市"

    @property
    def filter_words(self) -> str:
        """The whole filter in words."""
        words = [self.where, CHANNEL_WORDS.get(self.channel, self.channel)]
        if self.dimension:
            words.append(self.questionnaire.dimensions[self.dimension])
        if self.view == "question":
            words.append(f"题目“{self._asked.title.replace('{subject.name}', '评价对象')}”")
        if self.since or self.until:
            words.append(f"{self.since or '开始'} 到 {self.until or '现在'}")
        if self.view in ("counties", "townships", "units"):
            words.append(f"不到{self.least_n}份不排名次")
        words.append("搁置的也算" if self.with_set_aside else "搁置的不算")
        return " · ".join(words)

    @property
    def is_personal_below_county(self) -> bool:
        """A question about the respondent, asked of so small a part that groups could be worked out."""
        return self._asked.personal and (self.township is not None or self.unit is not None)

    @property
    def _asked(self) -> Answerable:
        return next(
            each
            for each in self.questionnaire.walk()
            if isinstance(each, Answerable) and each.id == self.question
        )


def read_results(
    catalog: Catalog, reach: Reach, round_id: int, view: str, args: Mapping[str, str], channels: list[str]
) -> ResultsView:
    """
    What an address asks for; BadFilter with a sentence where it names what is not there, NotYours beyond the
    account's reach. `channels`: those answers came through, the one with most first.
    """
    if view not in VIEWS:
        raise NotFound("没有这一页结果。请回到“结果”，从那里选。")
    if reach.kind == "nothing":
        raise NotYours("您的账号还没有说明是哪个县（区）或单位的，所以这里什么也看不到。请找办公室说明。")
    entry = read_round(catalog, round_id)
    questionnaire = _questionnaire(entry, args.get("questionnaire", ""), view, reach)
    county, township, unit = _narrowed(catalog.gazetteer, args, reach)
    dimension = read_choice(args, "dimension", questionnaire.dimensions, "方面")
    since, until = read_days(args)
    asked = [each.id for each in questionnaire.walk() if isinstance(each, Answerable)]
    first = next((each.id for each in ratings(questionnaire, dimension)), asked[0] if asked else "")
    known = questionnaire.audience.channels
    channel = read_choice(args, "channel", known, "渠道") or next(
        (c for c in channels if c in known), known[0]
    )
    found = ResultsView(
        view=view,
        round=entry,
        questionnaire=questionnaire,
        gazetteer=catalog.gazetteer,
        reach=reach,
        channel=channel,
        county=county,
        township=township,
        unit=unit,
        with_set_aside=bool(read_choice(args, "aside", (WITH_SET_ASIDE,), "筛选")),
        dimension=dimension,
        question=read_choice(args, "question", asked, "题目") or first,
        least_n=_least(args),
        since=since,
        until=until,
    )
    if view == "days":
        # Days are counted for the whole, for counties and for units.
        return replace(found, township=None, county=None if unit else county)
    return replace(found, since=None, until=None)


def table_of(source: Source, view: ResultsView, earlier: list[Earlier]) -> Table:
    """The table of a view; `earlier`: the rounds to compare with."""
    part = view.part
    if view.view == "whole":
        beside, name = beside_of(view)
        return whole(source, part, beside, name)
    if view.view == "question":
        return question(source, part, is_hidden=view.is_personal_below_county)[1]
    if view.view == "heat":
        return heat(source, part)
    if view.view == "days":
        return days(source, part)
    if view.view == "rounds":
        return rounds(source, part, earlier, view.round.name)
    groups = {"counties": "county", "townships": "township", "units": "unit"}
    return places(source, part, groups[view.view])  # type: ignore[arg-type]


def beside_of(view: ResultsView) -> tuple[Part | None, str]:
    """The larger part that a narrower one is compared with, within the account's reach; and its name."""
    part = view.part
    if view.reach.is_all and (view.county or view.unit):
        name = "全市" if view.county else "各单位"
        return replace(part, scope=replace(part.scope, place_code="", unit_code="")), name
    if view.reach.county_code and view.township is not None:
        return replace(part, scope=replace(part.scope, place_code=view.reach.county_code)), "全县"
    return None, ""


def earlier_rounds(catalog: Catalog, view: ResultsView) -> list[Earlier]:
    """Rounds before this one that asked the same audience, the newest first."""
    found = []
    for entry in sorted(catalog.rounds, key=lambda each: each.opens_at, reverse=True):
        same = entry.questionnaires.get(view.questionnaire.audience.who)
        if same is not None and entry.opens_at < view.round.opens_at and entry.id != view.round.id:
            scope = replace(view.part.scope, round_id=entry.id, questionnaire_id=same.id)
            found.append(Earlier(entry.name, same, scope))
    return found


def with_results(entry: RoundEntry) -> list[Questionnaire]:
    """A round's questionnaires whose results stand here: all but the leaders'."""
    return [each for each in in_order(entry) if each.audience.who != NEVER_ONE_BY_ONE]


def _questionnaire(entry: RoundEntry, given: str, view: str, reach: Reach) -> Questionnaire:
    offered = with_results(entry)
    if not offered:
        raise NoResults
    if given:
        named = next((each for each in offered if each.id == given), None)
        if named is None:
            raise BadFilter(f"“{entry.name}”里没有问卷“{given[:40]}”的结果。请从列表里选。")
        return named
    if view == "units" or reach.unit_code:
        return next((each for each in offered if judges_units(each)), offered[0])
    return offered[0]


def _narrowed(
    gazetteer: Gazetteer, args: Mapping[str, str], reach: Reach
) -> tuple[PlaceNode | None, PlaceNode | None, UnitNode | None]:
    county, township = read_places(gazetteer, args)
    unit = known_unit(gazetteer, args.get("unit", ""))
    if reach == EVERYTHING:
        return county, township, unit
    if reach.unit_code:
        if county is not None or (unit is not None and unit.code != reach.unit_code):
            raise NotYours
        own = gazetteer.unit(reach.unit_code)
        if own is None:
            raise NotYours
        return None, None, own
    own_county = gazetteer.place(reach.county_code)
    if own_county is None or unit is not None or (county is not None and county.code != own_county.code):
        raise NotYours
    return own_county, township, None


def _least(args: Mapping[str, str]) -> int:
    given = args.get("least", "") or str(LEAST_N)
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and 1 <= int(given) <= MOST_LEAST_N):
        raise BadFilter(f"“不到多少份不排名次”要填1到{MOST_LEAST_N}的整数，不能是“{given[:20]}”。")
    return int(given)
