"""
What requests write to the database, and whether the audit log was told of it.

Watches every statement of the engine. A request that changed something without an entry in the log is
noted as `unrecorded`; the fixture `app` of these tests fails on one, so each test of a button is one of this.
"""

import re
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Engine, event

WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)
LOG = "audit_entry"
# Written without anybody's having done anything that an auditor would ask for.
BESIDE = frozenset(
    {
        "audit_entry",
        "audit_head",
        "staff_session",  # that a page was looked at, and sessions that are over
        "sign_in_failure",  # attempts are counted before they are judged
        "staff_totp",  # a secret that waits for its first code, and the step of the last code
        "recovery_code",
        "wrapped_key",  # made when it is first needed
        "task",  # an export is noted when it is asked for, the worker's other work when it is done
        "sqlite_sequence",
    }
)


class WrittenDown:
    """Goes along with an application, request by request."""

    def __init__(self, engine: Engine) -> None:
        self.unrecorded: list[str] = []
        self._tables: set[str] = set()
        event.listen(engine, "before_cursor_execute", self._see)
        event.listen(engine, "rollback", lambda _connection: self._tables.clear())

    def watch(self, app: Flask) -> None:
        """Judge each answer of this application."""
        app.before_request_funcs.setdefault(None, []).insert(0, self._begin)
        app.after_request(self._judge)

    def _see(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        written = WRITES.match(statement)
        if written:
            self._tables.add(written.group(1).lower())

    def _begin(self) -> None:
        self._tables.clear()

    def _judge(self, answer: Response) -> Response:
        changed = self._tables - BESIDE
        if changed and LOG not in self._tables:
            self.unrecorded.append(f"{request.method} {request.endpoint}: {', '.join(sorted(changed))}")
        return answer
