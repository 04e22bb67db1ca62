"""
A real browser, the Chromium of this machine driven headless, and the served demonstration that it looks at.

Nothing is downloaded. The demonstration is filled once a test process; each module serves a copy of its own.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo_server import Demo, fill_demo, served_demo

# Without these it talks to servers of its makers, which no test may.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_AND_TEST_SECONDS = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of a module waits for the demonstration too, on a crowded machine for minutes."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(START_AND_TEST_SECONDS))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; without it the test is left out, and says so."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("left out: this machine has no chromium (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def _filled(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Asks for the browser, so that without one no demonstration is made for nothing.
    folder = tmp_path_factory.mktemp("filled")
    fill_demo(folder)
    return folder


@pytest.fixture(scope="module")
def demo(_filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration of this module's own, as `make run` serves it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(_filled, folder, dirs_exist_ok=True)
    with served_demo(folder) as served:
        yield served
