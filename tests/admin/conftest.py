"""The admin over a real database, with a staff account for each role and browsers to use it with."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from admin.app import create_app
from admin.parts import Parts
from core.config import Settings
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.roles import Role
from tests.admin.item_city import make_city
from tests.admin.written_down import WrittenDown
from tests.hand_clock import START, HandClock
from tests.reports.factories import make_places, make_round

PASSWORD = "correct horse 2026"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A client that takes the token out of the page it looks at, as a person's browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> Any:
        """Open a page below /admin."""
        return self.client.get(f"/admin{path}", **kwargs)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, page: str = "/login", **kwargs: Any
    ) -> Any:
        """Send a form that stands on `page`."""
        return self.client.post(
            f"/admin{path}", data={"csrf_token": self.token(page)} | (data or {}), **kwargs
        )

    def token(self, page: str) -> str:
        """The token in the forms of a page."""
        found = CSRF.search(self.get(page).text)
        assert found, f"there is no form on {page}"
        return found.group(1)

    def sign_in(self, name: str, password: str = PASSWORD, **kwargs: Any) -> Any:
        """Fill in the form at /admin/login."""
        return self.post("/login", {"name": name, "password": password}, **kwargs)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: hashing is slow on purpose."""
    return PasswordHasher().hash(PASSWORD)


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return KeyRing(settings.data_key)


@pytest.fixture
def parts(engine: Engine, settings: Settings, clock: HandClock, keys: KeyRing, password_hash: str) -> Parts:
    with Session(engine) as session, session.begin():
        for role in Role:
            session.add(
                Staff(
                    name=f"user-{role.value}",
                    role=role.value,
                    county_code="451225" if role == Role.COUNTY else "",
                    unit_code="U017" if role == Role.LIAISON else "",
                    password_hash=password_hash,
                    created_at=START,
                )
            )
    return Parts(engine=engine, settings=settings, clock=clock, keys=keys)


@pytest.fixture
def app(parts: Parts) -> Iterator[Flask]:
    """The application; whatever it changes in a test has to be in the audit log."""
    made, written = create_app(parts), WrittenDown(parts.engine)
    written.watch(made)
    yield made
    assert written.unrecorded == []


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app.test_client())


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], Browser]:
    """Gives a browser in which the account of this role is signed in."""

    def sign_in(role: str) -> Browser:
        fresh = Browser(app.test_client())
        assert fresh.sign_in(f"user-{role}").status_code == 303
        return fresh

    return sign_in


@pytest.fixture
def office(signed_in: Callable[[str], Browser]) -> Browser:
    """A browser of the office."""
    return signed_in("office")


@pytest.fixture
def round_id(parts: Parts) -> int:
    """An open round for residents and service users, in a small city."""
    with parts.writing() as session:
        make_places(session)
        return make_round(session, parts.keys).id


@pytest.fixture
def item_city(parts: Parts, password_hash: str) -> None:
    """See `make_city`."""
    make_city(parts, password_hash)
