"""
The feedback report of one county or one unit: its figures beside the average, how answers are distributed,
its townships, what people wrote, and where it all comes from.

Only results: no response is shown by itself, nothing from a group of fewer than ten is shown at all, no rank
from fewer answers than asked for. Opinions are masked (`striking`) and carry no time, and no place below the
township. Draws nothing; `qrcodes.feedback_paper` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.errors import NotFound
from core.opinions.said import WantedOpinions, count_opinions, list_opinions
from core.opinions.striking import masked
from core.people.reach import EVERYTHING, Reach
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire, Rating
from core.reports.addresses import results_address
from core.reports.figures import OptionFigure, QuestionFigures, question_figures
from core.reports.imprint import Imprint, imprint_of
from core.reports.opinions import open_questions
from core.reports.scope import Scope
from core.reports.small_groups import MIN_GROUP, hidden_codes
from core.reports.tally import channels
from core.responses.channels import CHANNEL_WORDS
from core.results.measures import Measure
from core.results.ranking import LEAST_N, Rank
from core.results.source import Live
from core.results.tables import Line, Table
from core.results.views import Part, headline, places, whole
from core.rounds.catalog import RoundEntry

TASK_KIND = "feedback.reports"
AUDIENCE_OF = {"county": "residents", "unit": "service_users"}
# Of each open question so many opinions, the newest; more are no reading any more.
OPINIONS_A_QUESTION, MOST_OPINIONS = 8, 48
# 无, 没有, 都好: nothing to read.
LEAST_CHARS = 4
MAX_OPINION_CHARS = 160


class NothingAsked(NotFound):
    """The round has no questionnaire about this kind of subject."""

    say = "这次调查没有问这方面的问卷，所以没有反馈报告。请换一次调查。"


class NoSuchSubject(NotFound):
    """There is no such county or unit, or not for these eyes."""

    say = "没有这个县（区）或单位，或者它的反馈报告不归您看。"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is about. `kind` is county or unit."""

    kind: str
    code: str
    name: str

    @property
    def reach(self) -> Reach:
        """What belongs to it, and to nobody else."""
        return Reach("county" if self.kind == "county" else "unit", self.code)

    def is_within(self, reach: Reach) -> bool:
        """Whether somebody may read its report."""
        return reach.is_all or reach == self.reach


@dataclass(frozen=True, slots=True)
class Spread:
    """How one rating question was answered. `n`: answers, 不了解 too; `options` best first."""

    name: str
    n: int
    options: tuple[OptionFigure, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One opinion as it is printed. `where` is its township, '' when unknown or about a unit."""

    where: str
    words: str


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What was said to one open question: `count` opinions in all, of which `shown` are printed."""

    title: str
    count: int
    shown: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    What is drawn. `average`: of all counties or units together, `average_name`. `rank` is None where it has
    too few answers; `ranked`: how many have a rank. `is_too_few`: fewer than ten people answered; then
    nothing but that is said. `hidden` are townships whose figures are not shown, so that a group of fewer
    than ten cannot be found by subtracting either.
    """

    subject: Subject
    round_name: str
    title: str
    own: Measure
    average: Measure
    average_name: str
    rank: Rank | None
    ranked: int
    least_n: int
    dimensions: Table
    spreads: tuple[Spread, ...]
    townships: tuple[Line, ...]
    hidden: frozenset[str]
    said: tuple[SaidOf, ...]
    imprint: Imprint

    @property
    def is_too_few(self) -> bool:
        """Whether so few answered that figures would tell who."""
        return self.own.n < MIN_GROUP


def subjects(gazetteer: Gazetteer, reach: Reach, entry: RoundEntry | None = None) -> list[Subject]:
    """Every county and unit within reach; of a round, only those it asked about."""
    found = [Subject("county", each.code, each.short_name) for each in gazetteer.counties]
    found += [Subject("unit", each.code, each.short_name) for each in gazetteer.units]
    asked = (
        {"county", "unit"}
        if entry is None
        else {kind for kind, audience in AUDIENCE_OF.items() if audience in entry.questionnaires}
    )
    return [each for each in found if each.kind in asked and each.is_within(reach)]


def find_subject(gazetteer: Gazetteer, code: str, reach: Reach) -> Subject:
    """The county or unit of this code; NoSuchSubject when there is none within reach."""
    for each in subjects(gazetteer, reach):
        if each.code == code:
            return each
    raise NoSuchSubject


def feedback(
    connection: Connection,
    gazetteer: Gazetteer,
    entry: RoundEntry,
    subject: Subject,
    now: datetime,
    least_n: int = LEAST_N,
) -> Report:
    """
    The report. NothingAsked when the round has no questionnaire about such a subject.

    The connection must show one moment (`core.db.reading`). Whether somebody may read it is for the caller to
    ask (`Subject.is_within`): the average and the rank need everybody's figures, so they are counted here
    whoever reads.
    """
    questionnaire = entry.questionnaires.get(AUDIENCE_OF[subject.kind])
    if questionnaire is None:
        raise NothingAsked
    source = Live(connection, now)
    scope = Scope(round_id=entry.id, reach=EVERYTHING, questionnaire_id=questionnaire.id)
    # Who is called at random and who scans by themselves are not mixed: the way most answers came counts.
    scope = replace(scope, channel=next(iter(channels(connection, scope)), ""))
    everybody = Part(
        scope=scope,
        questionnaire=questionnaire,
        gazetteer=gazetteer,
        least_n=least_n,
    )
    own = replace(everybody, scope=_own(everybody.scope, subject))
    figures, _ended, set_aside = headline(source, own)
    average, _, _ = headline(source, everybody)
    average_name = "全市" if subject.kind == "county" else "各单位"
    standing = places(source, everybody, "county" if subject.kind == "county" else "unit")
    dimensions = whole(source, own, everybody, average_name)
    counted = source.counts_by(own.scope, "all").get("", {})
    of_questions = question_figures(questionnaire, gazetteer, counted)
    ranked = {line.code: line.cells["rank"] for line in standing.lines if line.cells.get("rank")}
    rank = ranked.get(subject.code)
    townships = places(source, own, "township").lines if subject.kind == "county" else ()
    return Report(
        subject=subject,
        round_name=entry.name,
        title=questionnaire.title,
        own=figures,
        average=average,
        average_name=average_name,
        rank=rank if isinstance(rank, Rank) else None,
        ranked=len(ranked),
        least_n=least_n,
        dimensions=dimensions,
        spreads=_spreads(questionnaire, of_questions),
        townships=tuple(line for line in townships if line.code.startswith(subject.code)),
        # Whoever named no township is a group, too.
        hidden=frozenset(hidden_codes({line.code: _n_of(line) for line in townships})),
        said=() if figures.n < MIN_GROUP else _said(connection, questionnaire, own.scope, gazetteer),
        imprint=imprint_of(
            dimensions.printed(),
            questionnaire,
            title=questionnaire.title.replace("{subject.name}", subject.name),
            round_name=entry.name,
            filter_words=f"{subject.name}，和{average_name}比{_through(scope.channel)}",
            link=_link(own.scope, subject),
            n=figures.n,
            set_aside=set_aside,
            with_set_aside=False,
            at=now,
            channels=[scope.channel],
        ),
    )


def _through(channel: str) -> str:
    """How the answers came, in words; '' when none did."""
    return f"，{CHANNEL_WORDS[channel]}" if channel in CHANNEL_WORDS else ""


def _link(scope: Scope, subject: Subject) -> str:
    """The page that has the table of dimensions; the check code is the one it prints."""
    args = {"questionnaire": scope.questionnaire_id, "channel": scope.channel, subject.kind: subject.code}
    return results_address(scope.round_id, "whole", args)


def _own(scope: Scope, subject: Subject) -> Scope:
    place, unit = (subject.code, "") if subject.kind == "county" else ("", subject.code)
    return replace(scope, reach=subject.reach, place_code=place, unit_code=unit)


def _spreads(questionnaire: Questionnaire, figures: Sequence[QuestionFigures]) -> tuple[Spread, ...]:
    return tuple(
        Spread(questionnaire.dimensions[each.question.dimension], each.n, each.options)
        for each in figures
        if isinstance(each.question, Rating) and not each.question.personal and each.n and not each.items
    )


def _said(
    connection: Connection, questionnaire: Questionnaire, scope: Scope, gazetteer: Gazetteer
) -> tuple[SaidOf, ...]:
    found: list[SaidOf] = []
    room = MOST_OPINIONS
    for question in open_questions(questionnaire):
        wanted = WantedOpinions(scope=scope, who=questionnaire.audience.who, questions=(question.id,))
        count = count_opinions(connection, wanted)
        # Twice as many as are printed: some say nothing, and some say the same.
        lines = list_opinions(connection, wanted, 0, OPINIONS_A_QUESTION * 2) if count and room else []
        shown: dict[str, Said] = {}
        for line in lines:
            words = " ".join(masked(line.text).split())
            if len(words) >= LEAST_CHARS and len(shown) < min(OPINIONS_A_QUESTION, room):
                shown.setdefault(words, Said(_township(line.place_code, gazetteer), _shortened(words)))
        if shown:
            names = "、".join(questionnaire.dimensions[each] for each in question.dimensions)
            found.append(SaidOf(names or "其他意见和建议", count, tuple(shown.values())))
            room -= len(shown)
    return tuple(found)


def _n_of(line: Line) -> int:
    n = line.cells.get("n")
    return n if isinstance(n, int) else 0


def _township(place_code: str, gazetteer: Gazetteer) -> str:
    path = [each for each in gazetteer.path(place_code) if each.level == "township"]
    return path[0].short_name if path else ""


def _shortened(words: str) -> str:
    return words if len(words) <= MAX_OPINION_CHARS else f"{words[: MAX_OPINION_CHARS - 1]}…"
