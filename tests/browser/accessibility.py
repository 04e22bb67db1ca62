"""What axe says of the page that is open."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

FAULTS = ("serious", "critical")


def serious_faults(page: Page) -> list[str]:
    """Serious and critical faults, each with the first place on the page that has it."""
    return [
        f"{violation['id']}: {violation['nodes'][0]['target']}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in FAULTS
    ]
