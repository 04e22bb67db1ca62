"""One press for all tests: what it has set once it sets again at once."""

import pytest

from qrcodes.press import Press
from tests.qrcodes.signs import NOW


@pytest.fixture(scope="session")
def press() -> Press:
    return Press(NOW)
