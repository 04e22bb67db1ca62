"""Items over a real database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.rectification.cast import make_city


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a small city; what it did is taken back at the end."""
    with Session(engine) as opened:
        make_city(opened)
        yield opened
