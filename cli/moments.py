"""Times as people type them on a command line; without a zone they mean Asia/Shanghai."""

from datetime import datetime

import click

from core.clock import SHANGHAI


class Moment(click.ParamType[datetime]):
    """`2026-12-01`, `2026-12-01 09:00` or any ISO 8601 time; gives an aware time."""

    name = "时间"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The time; wrong usage when it is none."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value.strip().replace("/", "-"))
        except ValueError:
            self.fail(f'“{value}”不是时间，请写成 2026-12-01 或 "2026-12-01 09:00"。', param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


MOMENT = Moment()
