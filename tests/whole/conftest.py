"""
Installations to serve: the demonstration, made once by `cli demo` on each kind of database, then copied.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.conftest import postgres_database
from tests.whole.site import Site


class Templates:
    """Filled installations by kind of database and round; each is made when it is first asked for."""

    def __init__(self, folder: Path, postgres_server: str) -> None:
        self._folder = folder
        self._postgres_server = postgres_server
        self._made: dict[tuple[str, bool], Site] = {}
        self.stack = ExitStack()

    def copy(self, kind: str, folder: Path, *, small: bool, stack: ExitStack) -> Site:
        """A new installation in `folder`, its database gone when the stack is closed."""
        template = self._template(kind, small)
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
        if kind == "sqlite":
            return Site(folder, f"sqlite:///{folder / 'minyi.db'}")
        name = make_url(template.database_url).database
        return Site(folder, stack.enter_context(postgres_database(self._postgres_server, name)))

    def _template(self, kind: str, small: bool) -> Site:
        if (kind, small) not in self._made:
            folder = self._folder / f"{kind}-{'small' if small else 'demo'}"
            if small:
                made = self.copy(kind, folder, small=False, stack=self.stack)
                made.open_small_round()
            else:
                made = self._demo(kind, folder)
            self._made[kind, small] = made
        return self._made[kind, small]

    def _demo(self, kind: str, folder: Path) -> Site:
        folder.mkdir()
        url = f"sqlite:///{folder / 'minyi.db'}"
        if kind != "sqlite":
            url = self.stack.enter_context(postgres_database(self._postgres_server))
        site = Site(folder, url)
        site.run("demo")
        site.forget_deliveries()
        return site


@pytest.fixture(scope="session")
def _templates(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Templates]:
    templates = Templates(tmp_path_factory.mktemp("sites"), postgres_server)
    with templates.stack:
        yield templates


@pytest.fixture
def _stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def site(_templates: Templates, tmp_path: Path, _stack: ExitStack) -> Site:
    """The demonstration on SQLite."""
    return _templates.copy("sqlite", tmp_path / "site", small=False, stack=_stack)


@pytest.fixture
def small_site(_templates: Templates, tmp_path: Path, _stack: ExitStack) -> Site:
    """Five questions on SQLite."""
    return _templates.copy("sqlite", tmp_path / "site", small=True, stack=_stack)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_site(
    request: pytest.FixtureRequest, _templates: Templates, tmp_path: Path, _stack: ExitStack
) -> Site:
    """The demonstration; the test runs once on each kind of database."""
    return _templates.copy(request.param, tmp_path / "site", small=False, stack=_stack)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_small_site(
    request: pytest.FixtureRequest, _templates: Templates, tmp_path: Path, _stack: ExitStack
) -> Site:
    """Five questions; the test runs once on each kind of database."""
    return _templates.copy(request.param, tmp_path / "site", small=True, stack=_stack)
