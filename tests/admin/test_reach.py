"""Every page walked by those tied to one county or unit: what is planted elsewhere shows nowhere."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from admin.app import SCREENS
from admin.parts import Parts
from admin.results_view import VIEWS
from admin.routes import EVERYBODY, Route
from core.conversation.state import Answer
from core.opinions import arriving
from core.opinions.models import Opinion
from core.people.models import Staff
from core.people.roles import Role
from core.publicity.models import PublicityPost
from core.rectification.models import Item
from core.responses.ids import public_id
from core.tables import metadata
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.rectification.cast import make_item
from tests.reports.factories import (
    CHENGGUAN,
    DULEI,
    FINANCE,
    NANDAN,
    POLICE,
    QINGYUAN,
    YIZHOU,
    make_response,
    satisfied_with_everything,
)

ROUTES: list[Route] = [route for screen in SCREENS for route in screen.ROUTES]
MARKER = "别处独有"
OWN = "自家的话"
# What an auditor may send: what belongs to the own account, and taking figures away, which is recorded.
OWN_AFFAIRS = {"logout", "own_password", "own_sessions_end", "own_session_end"}
OWN_AFFAIRS |= {"totp_setup", "totp_recovery", "totp_off"}
TAKING_AWAY = {"export", "ballot_export", "feedback_all", "funnel_export", "audit_export", "task_stop"}
# Numbers and keys of what belongs to the office alone, or to another test (`test_strangers`).
OF_THE_OFFICE = (
    "key",
    "task_id",
    "staff_id",
    "session_id",
    "request_id",
    "code_id",
    "liaison_id",
    "message_id",
)
OF_THE_OFFICE += ("reminder_id", "act_name", "act_id", "other", "ask_id", "version")
# Every view of results. A picture takes long and is drawn of the same table as the SVG: it is not made here.
VIEWS_OF = {
    "results": tuple(VIEWS),
    "results_xlsx": ("townships",),
    "results_svg": ("townships",),
    "results_png": ("none",),
}
# So many answered in 南丹, and so many about the police: a figure that stands nowhere else.
COUNT_ELSEWHERE = 97
COUNTED = re.compile(rf"(?<![\w.:-]){COUNT_ELSEWHERE}(?![\w.:%-])")
# Where it must stand for who may see it.
COUNTED_AT = {
    "answers",
    "counties",
    "townships",
    "units",
    "results",
    "results_xlsx",
    "results_svg",
    "feedback",
}
SIGNING_IN = {"login", "login_code", "wechat_choose"}


@dataclass(frozen=True, slots=True)
class Planted:
    """Where rows of 南丹 and the police stand."""

    round_id: int
    response: str
    opinion_id: int
    number: int
    post_id: int

    def addresses(self, route: Route) -> Iterator[str]:
        """The address about their rows, bare and with filters that ask for them."""
        known: dict[str, object] = dict.fromkeys(OF_THE_OFFICE, 1) | {
            "round_id": self.round_id,
            "response": self.response,
            "opinion_id": self.opinion_id,
            "number": self.number,
            "post_id": self.post_id,
            "code": NANDAN,
            "county_code": NANDAN,
            "file_format": "json",
            "questionnaire_id": "residents-2021",
        }
        for view in VIEWS_OF.get(route.name, ("whole",)):
            path = _filled(route.path, known | {"view": view})
            yield path
            if "<" not in route.path or "round_id" in route.path:
                for query in (f"county={NANDAN}", f"unit={POLICE}", f"q={MARKER}"):
                    yield f"{path}?{query}"


def _filled(path: str, known: dict[str, object]) -> str:
    """A name that is new in an address fails here: say what a stranger would try."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found[1]]), path)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """One kind of database is enough for walking; the conditions themselves are tried on both elsewhere."""
    return sqlite_engine


@pytest.fixture
def planted(parts: Parts, round_id: int) -> Planted:
    """Words, an item and a place on the wall in 南丹 and about the police; a few of the others' own."""
    with parts.writing() as session:
        theirs = 0
        for number, (place, unit, words) in enumerate(
            (
                (CHENGGUAN, "", MARKER),
                ("", POLICE, MARKER),
                (QINGYUAN, "", OWN),
                (DULEI, FINANCE, OWN),
            )
        ):
            at = START + timedelta(seconds=number)
            answers = {"suggest": Answer(text=words)}
            made = make_response(
                session,
                round_id,
                satisfied_with_everything(**answers) if not unit else answers,
                questionnaire="units-2021" if unit else "residents-2021",
                place=place,
                unit=unit,
                finished_at=at,
            )
            theirs = theirs or made
        for number in range(COUNT_ELSEWHERE - 1):
            at = START + timedelta(minutes=1, seconds=number)
            given = {"gov": "s1"}
            make_response(session, round_id, given, place=CHENGGUAN, finished_at=at)
            about = {"questionnaire": "units-2021", "place": "", "unit": POLICE}
            make_response(session, round_id, {"easy": "s1"}, finished_at=at, **about)
        item = make_item(session, staff_id=None, lead=NANDAN, text=MARKER * 4)
        session.add(
            PublicityPost(
                subject_code=NANDAN,
                place_code=CHENGGUAN,
                words=MARKER,
                hung_on=START.date(),
                at=START,
                origin="web",
            )
        )
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))
    with parts.reading() as connection:
        opinion = connection.scalar(select(Opinion.id).where(Opinion.response_id == theirs))
        post = connection.scalar(select(PublicityPost.id))
        assert item
        number = connection.scalar(select(Item.number))
    return Planted(round_id, public_id(theirs), opinion or 0, number or 0, post or 0)


@pytest.fixture
def tied(parts: Parts, signed_in: Callable[[str], Browser]) -> Callable[..., Browser]:
    """Gives a browser of an account that is tied to this county or unit."""

    def tie(role: Role, **to: str) -> Browser:
        with parts.writing() as session:
            session.execute(
                update(Staff)
                .where(Staff.role == role.value)
                .values({"county_code": "", "unit_code": ""} | to)
            )
        return signed_in(role.value)

    return tie


STRANGERS: list[tuple[Role, dict[str, str]]] = [
    (Role.COUNTY, {"county_code": YIZHOU}),
    (Role.LIAISON, {"county_code": YIZHOU}),
    (Role.LIAISON, {"unit_code": FINANCE}),
    (Role.LIAISON, {}),
    (Role.INTERVIEWER, {}),
    (Role.SUPERVISOR, {}),
]


@pytest.mark.parametrize(
    ("role", "to"),
    STRANGERS,
    ids=lambda each: each.value if isinstance(each, Role) else "".join(each) or "untied",
)
def test_rows_of_another_county_or_unit_appear_on_no_page(
    role: Role, to: dict[str, str], tied: Callable[..., Browser], planted: Planted
) -> None:
    browser, walked = tied(role, **to), 0

    for route in ROUTES:
        if "GET" not in route.methods or route.roles == EVERYBODY or role not in route.roles:
            continue
        for address in planted.addresses(route):
            with browser.get(address) as answer:
                assert answer.status_code in (200, 303, 400, 403, 404), address
                # What was searched for stands in the box, so it is taken out once.
                body = words_in(answer).replace(f"“{MARKER}”", "").replace(f'value="{MARKER}"', "")
                assert MARKER not in body, address
                assert not COUNTED.search(re.sub("<[^>]*>", " ", body)), address
            walked += 1

    assert walked >= 10


def test_an_auditor_meets_on_the_way_what_strangers_do_not(
    signed_in: Callable[[str], Browser], planted: Planted
) -> None:
    """Or the walk above would prove nothing."""
    auditor, seen, counted = signed_in("auditor"), set[str](), set[str]()
    for route in ROUTES:
        if "GET" not in route.methods or route.roles == EVERYBODY or Role.AUDITOR not in route.roles:
            continue
        addresses = planted.addresses(route)
        for address in addresses if route.name in COUNTED_AT else [next(addresses)]:
            with auditor.get(address) as answer:
                assert answer.status_code in (200, 303, 400, 404, 409), address
                body = words_in(answer)
            if MARKER in body:
                seen.add(route.name)
            if COUNTED.search(re.sub("<[^>]*>", " ", body)):
                counted.add(route.name)

    assert {"opinions", "inbox", "opinion", "response", "item", "items", "publicity"} <= seen
    assert counted >= COUNTED_AT


def test_an_auditor_changes_nothing_at_any_address(
    parts: Parts, signed_in: Callable[[str], Browser], planted: Planted
) -> None:
    auditor = signed_in("auditor")
    token, before = auditor.token("/"), survey(parts)

    for route in ROUTES:
        if "POST" not in route.methods or route.name in SIGNING_IN | OWN_AFFAIRS:
            continue
        address, form = next(planted.addresses(route)), {"csrf_token": token, "reason": "x"}
        with auditor.client.post(f"/admin{address}", data=form) as answer:
            assert answer.status_code == 403 or route.name in TAKING_AWAY, route

    assert survey(parts) == before


def test_a_county_sees_its_own_figures_and_words_without_numbers(
    tied: Callable[..., Browser], parts: Parts, planted: Planted
) -> None:
    county = tied(Role.COUNTY, county_code=YIZHOU)
    with parts.writing() as session:
        said_at, words = START + timedelta(hours=2), Answer(text="打15400012345找我")
        make_response(session, planted.round_id, {"suggest": words}, place=DULEI, finished_at=said_at)
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=3))

    answers = county.get(f"/rounds/{planted.round_id}/answers").text
    said = county.get(f"/rounds/{planted.round_id}/opinions").text

    assert "宜州区" in answers
    assert "南丹县" not in answers
    assert re.search(r"完整交上</dt><dd>2<small>", answers)
    assert OWN in said
    assert "打〔电话〕找我" in said
    assert "看整份" not in said
    assert county.get(f"/rounds/{planted.round_id}/answers?county={NANDAN}").status_code == 400
    assert "庆远镇" in county.get(f"/rounds/{planted.round_id}/townships").text
    assert "城关镇" not in county.get(f"/rounds/{planted.round_id}/townships").text


def test_a_unit_sees_what_was_said_about_it(tied: Callable[..., Browser], planted: Planted) -> None:
    unit = tied(Role.LIAISON, unit_code=FINANCE)

    answers = unit.get(f"/rounds/{planted.round_id}/answers").text

    assert "市财政局" in answers
    assert "市公安局" not in answers
    assert OWN in unit.get(f"/rounds/{planted.round_id}/opinions").text
    assert unit.get(f"/rounds/{planted.round_id}/answers?questionnaire=residents-2021").status_code == 400


def words_in(answer: Any) -> str:
    """What an answer says, be it a page or a workbook; '' for a picture."""
    if answer.mimetype in ("image/png", "application/pdf"):
        return ""
    content = answer.get_data()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return str(content.decode(errors="replace"))


def survey(parts: Parts) -> dict[str, list[Any]]:
    """All rows but those that tell who looked, and what they took away."""
    left_out = {"staff_session", "audit_entry", "audit_head", "task", "sign_in_failure"}
    with Session(parts.engine) as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in left_out
        }
