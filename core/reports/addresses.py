"""
The addresses of pages that show a table again, as they are printed under it: below the server's name.

The pages themselves are the admin's; its tests open what stands here.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

PREFIX = "/admin"


def results_address(round_id: int, view: str, args: Mapping[str, str]) -> str:
    """One view of results; empty arguments are left out."""
    return _address(f"results/{round_id}/{view}", args)


def answers_address(round_id: int, args: Mapping[str, str]) -> str:
    """All questions of a questionnaire on one page."""
    return _address(f"rounds/{round_id}/answers", args)


def export_address(round_id: int, args: Mapping[str, str]) -> str:
    """The form that exports the same part again."""
    return _address(f"rounds/{round_id}/export", args)


def _address(path: str, args: Mapping[str, str]) -> str:
    given = {name: value for name, value in args.items() if value}
    return f"{PREFIX}/{path}?{urlencode(given)}" if given else f"{PREFIX}/{path}"
