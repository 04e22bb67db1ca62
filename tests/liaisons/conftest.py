"""Places, units and keys for liaisons, on each database."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.people.keys import KeyRing
from core.places.lists import read_units
from core.places.models import Place
from core.places.service import load_units
from core.places.shipped import UNIT_FILES


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(Fernet.generate_key().decode())


@pytest.fixture
def city(engine: Engine) -> Engine:
    """A database with the units and two counties, 都安 with a township."""
    with Session(engine) as session, session.begin():
        load_units(session, read_units(UNIT_FILES))
        for code, name, short, level, parent in (
            ("451200", "河池市", "河池市", "city", None),
            ("451203", "宜州区", "宜州区", "county", "451200"),
            ("451228", "都安瑶族自治县", "都安县", "county", "451200"),
            ("451228100", "安阳镇", "安阳镇", "township", "451228"),
        ):
            session.add(Place(code=code, name=name, short_name=short, level=level, parent_code=parent))
            session.flush()
    return engine
