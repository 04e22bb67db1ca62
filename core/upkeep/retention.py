"""
How long each kind of personal data is kept: the shipped `retention.yaml`, and over it the office's own.

Only numbers of days stand there; what they are counted from and what happens is said in `sweeping.RULES`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from core.errors import BadInput, Fault

SHIPPED = Path(__file__).with_name("retention.yaml")
FILE = SHIPPED.name
MAX_DAYS = 36_500

# Kind → days; 0: for ever.
Days = Mapping[str, int]


def read_days(var: Path) -> Days:
    """
    The days of every kind: the office's own file in the data folder, and the shipped one for the rest.

    BadInput with every fault: a kind nobody knows, a number that is none, a file that is no YAML.
    """
    shipped = _read(SHIPPED, frozenset())
    own = var / FILE
    return {**shipped, **_read(own, frozenset(shipped))} if own.exists() else shipped


def _read(path: Path, known: frozenset[str]) -> dict[str, int]:
    try:
        found: Any = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput([Fault(str(path), f"读不了：{str(error).splitlines()[0]}")]) from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadInput([Fault(str(path), "要一行一种：名字、冒号、天数。")])
    faults, days = [], {}
    for kind, value in found.items():
        if known and kind not in known:
            faults.append(Fault(str(path), f"没有“{kind}”这一种。有的是：{'、'.join(sorted(known))}。"))
        elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DAYS:
            faults.append(Fault(str(path), f"“{kind}”的天数要是0到{MAX_DAYS}的整数，现在是“{value}”。"))
        else:
            days[str(kind)] = value
    if faults:
        raise BadInput(faults)
    return days
