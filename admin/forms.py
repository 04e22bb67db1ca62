"""
What all forms share: messages in Chinese, and a field for a moment in Shanghai.

Forms carry no token of their own: `CSRFProtect` looks at everything that is posted.
"""

from flask import request
from wtforms import Form
from wtforms.fields import DateTimeLocalField

from core.clock import SHANGHAI

FIRST_YEAR, LAST_YEAR = 2000, 2200
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class ChineseForm(Form):
    """A form whose messages are Chinese."""

    class Meta:
        """How WTForms is told."""

        locales = ("zh",)

    def is_sent_and_good(self) -> bool:
        """It was posted, and every field can be used as it is."""
        return request.method == "POST" and self.validate()


class MomentField(DateTimeLocalField):
    """A moment on clocks in Shanghai."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As the browser sends it: without a zone."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("请填日期和时间，比如 2026-11-21 08:00。") from None
        if self.data is not None:
            if not FIRST_YEAR <= self.data.year <= LAST_YEAR:
                self.data = None
                raise ValueError("年份不对，请再看一遍。")
            self.data = self.data.replace(tzinfo=SHANGHAI)
