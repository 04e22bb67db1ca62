"""The worker's job for the audit log: the newest link is kept outside the database within a minute."""

from huey import Huey, crontab
from sqlalchemy import Engine

from core.audit.service import catch_up


def schedule_audit(queue: Huey, engine: Engine) -> None:
    """Each minute; acts of the browser and the commands do so themselves, those of the chat do not."""

    @queue.periodic_task(crontab(), name="keep_newest_audit_link")  # type: ignore[untyped-decorator]
    def _catch_up() -> None:
        catch_up(engine)
