"""Where a slip's temporary code comes from: the platform, as far as `core` knows it."""

from typing import Protocol


class TemporaryCodes(Protocol):
    """Makes temporary codes. `bot.wechat.slip_codes` is the real one."""

    def make(self, scene: str, seconds: int) -> str:
        """
        The address in a code for this scene, good for so many seconds (at most 30 days).

        A SurveyError, fit to be shown, when the platform refuses or cannot be reached.
        """
        ...
