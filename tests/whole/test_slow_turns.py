"""A turn longer than the platform waits: the re-delivery gets the reply, and one turn is stored."""

import time

import pytest

from core.conversation.models import Delivery
from tests.whole.platform import together
from tests.whole.site import QINGYUAN, Site

# The platform hangs up after five seconds, and delivers again.
HELD_SECONDS = 6.0


@pytest.mark.parametrize(
    ("any_small_site", "processes"), [("sqlite", 1), ("postgresql", 2)], indirect=["any_small_site"]
)
def test_the_redelivery_waits_for_a_turn_that_takes_six_seconds(any_small_site: Site, processes: int) -> None:
    site = any_small_site
    with site.served(processes) as server:
        phone = site.phone(server)
        phone.scan(QINGYUAN)
        phone.tap("我愿意参加")
        before = site.count(Delivery)
        phone.strict = False  # the platform complains of the first delivery

        def hold() -> None:
            with site.held_up(strangers=False):
                time.sleep(HELD_SECONDS)

        def answer() -> str:
            time.sleep(0.3)
            return phone.tap("难走")

        _, reply = together(hold, answer)

        assert phone.last.deliveries == 2
        assert "您对用水满意吗？" in reply
        assert site.count(Delivery) == before + 1
        assert "村里缺什么" in phone.tap("一般")
