"""The publicity ledger on the page: entered with a photo, by township, reminded; others see nothing."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from admin.parts import Parts
from core.outbox.models import OutboxMessage
from core.people.models import Staff
from core.places.models import Place, Unit
from core.publicity.models import PublicityPhoto
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.liaisons.makers import make_bound

SignIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def _county(parts: Parts, password_hash: str) -> None:
    """都安 with two townships, 宜州, and a liaison's account of each."""
    with parts.writing() as session:
        for code, name, level, parent in (
            ("451200", "河池市", "city", None),
            ("451228", "都安县", "county", "451200"),
            ("451203", "宜州区", "county", "451200"),
            ("451228100", "安阳镇", "township", "451228"),
            ("451228101", "高岭镇", "township", "451228"),
        ):
            session.add(Place(code=code, name=name, short_name=name, level=level, parent_code=parent))
            session.flush()
        session.add(Unit(code="U017", name="河池市检察院", short_name="市检察院", category="检察"))
        for code in ("451228", "451203"):
            session.add(
                Staff(
                    name=f"user-{code}",
                    role="liaison",
                    county_code=code,
                    password_hash=password_hash,
                    created_at=START,
                )
            )


def picture() -> io.BytesIO:
    """A photo with a place in it."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def enters(browser: Browser, **fields: str) -> int:
    data: dict[str, object] = {
        "csrf_token": browser.token("/publicity/new"),
        "subject": "451228",
        "place": "451228100",
        "words": "镇政府门口",
        "hung_on": "2026-11-30",
        "photos": (picture(), "a.jpg"),
    }
    return int(browser.client.post("/admin/publicity/new", data=data | fields).status_code)


def key_of(parts: Parts) -> str:
    with parts.reading() as connection:
        return connection.execute(select(PublicityPhoto.media_key)).scalars().one()


def test_a_liaison_enters_one_and_the_office_sees_it_by_township(
    signed_in: SignIn, office: Browser, parts: Parts
) -> None:
    assert enters(signed_in("451228")) == 303

    page = office.get("/publicity/").text
    assert "11月30日" in page
    assert "1个还没有" in page
    with office.get(f"/publicity/photos/{key_of(parts)}") as sent:
        assert sent.mimetype == "image/jpeg"
        assert b"PhoneMaker" not in sent.data
    assert "高岭镇" in office.get("/publicity/?none=1").text


@pytest.mark.parametrize(
    "wrong", [{"place": ""}, {"words": ""}, {"hung_on": str(date(2030, 1, 1))}, {"subject": "451203"}]
)
def test_what_cannot_be_is_refused(signed_in: SignIn, wrong: dict[str, str], parts: Parts) -> None:
    assert enters(signed_in("451228"), **wrong) == 400

    assert "还没有人报过" in signed_in("451228").get("/publicity/").text


def test_a_file_that_is_no_photo_is_refused(signed_in: SignIn) -> None:
    liaison = signed_in("451228")
    data = {
        "csrf_token": liaison.token("/publicity/new"),
        "subject": "451228",
        "place": "451228100",
        "words": "门口",
        "hung_on": "2026-11-30",
        "photos": (io.BytesIO(b"%PDF-1.4 nothing"), "a.jpg"),
    }

    assert liaison.client.post("/admin/publicity/new", data=data).status_code == 400


def test_another_countys_liaison_sees_and_does_nothing(signed_in: SignIn, parts: Parts) -> None:
    enters(signed_in("451228"))
    other = signed_in("451203")

    assert "镇政府门口" not in other.get("/publicity/").text
    assert other.get(f"/publicity/photos/{key_of(parts)}").status_code == 404
    assert other.post("/publicity/1/back", page="/publicity/new").status_code == 404
    assert enters(other) == 400
    assert "镇政府门口" in signed_in("451228").get("/publicity/").text


def test_one_entered_by_mistake_is_taken_down(signed_in: SignIn, parts: Parts) -> None:
    liaison = signed_in("451228")
    enters(liaison)
    key = key_of(parts)

    assert liaison.post("/publicity/1/back", page="/publicity/new").status_code == 303
    assert "镇政府门口" not in liaison.get("/publicity/").text
    assert liaison.get(f"/publicity/photos/{key}").status_code == 404


def test_the_office_reminds_a_countys_liaisons_once_a_day(office: Browser, parts: Parts) -> None:
    def remind(county: str = "451228") -> str:
        return str(
            office.post(f"/publicity/remind/{county}", page="/publicity/new", follow_redirects=True).text
        )

    assert "还没有联络员" in remind()
    make_bound(parts.engine, parts.keys, now=parts.clock(), subject_code="451228")
    assert "提醒了都安县的1位联络员" in remind()
    assert "今天已经提醒过了" in remind()
    with parts.reading() as connection:
        (message,) = connection.execute(select(OutboxMessage.body, OutboxMessage.about_code)).all()
    assert message.about_code == "451228"
    assert "安阳镇、高岭镇" in message.body


def test_every_page_is_offered_once(office: Browser) -> None:
    page = office.get("/publicity/").text

    assert page.count('href="/admin/publicity/"') == 1
