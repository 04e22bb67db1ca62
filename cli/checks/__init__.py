"""What `doctor` looks at: one module a subject, each with a function that gives its findings."""

from cli.checks.audit import check_audit
from cli.checks.ballot_keys import check_ballot_keys
from cli.checks.database import check_database
from cli.checks.finding import Check, Finding, Health
from cli.checks.machine import check_disk, check_redis
from cli.checks.office import check_office, check_settings, check_sign_in
from cli.checks.platform import check_platform
from cli.checks.privacy import check_privacy
from cli.checks.reminders import check_sending, check_templates
from cli.checks.words import check_words

__all__ = ["CHECKS", "Check", "Finding", "Health"]

CHECKS: tuple[Check, ...] = (
    check_settings,
    check_office,
    check_sign_in,
    check_database,
    check_audit,
    check_privacy,
    check_ballot_keys,
    check_redis,
    check_disk,
    check_platform,
    check_templates,
    check_sending,
    check_words,
)
