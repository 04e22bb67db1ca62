"""The outbox for `/metrics`: how many messages stand how, and whether sending is halted."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.clock import Clock
from core.outbox.listing import count_by_state, halts_now
from core.outbox.states import State


class OutboxCollector(Collector):
    """Gauges out of the database, so that every process tells the same."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """See `Collector`. Nothing while the database does not answer: other figures still can be read."""
        try:
            with self._engine.connect().execution_options(read_only=True) as connection:
                counts = count_by_state(connection)
                halts = halts_now(connection, self._clock())
        except SQLAlchemyError:
            return
        messages = GaugeMetricFamily("minyi_outbox_messages", "Messages by state", labels=["state"])
        for state in State:
            messages.add_metric([state], counts.get(state, 0))
        yield messages
        yield GaugeMetricFamily("minyi_outbox_halts", "Pauses and stops of sending", value=len(halts))
        alarms = sum(each.is_alarm for each in halts)
        yield GaugeMetricFamily("minyi_outbox_alarms", "Those that people must look at", value=alarms)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is asked of the database when this is registered."""
        return ()
