"""The filled towns of `tests/turns`, for what is stored and taken out of them."""

from tests.turns.conftest import (  # noqa: F401 - fixtures, found by name
    _filled,
    _filled_postgres,
    _reused_town,
    _settled,
    _warm,
    bare_town,
    postgres_town,
    settings,
    sqlite_town,
    town,
)
