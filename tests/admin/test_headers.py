"""What every answer carries, and what no page may hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import admin
from tests.admin.conftest import Browser

TEMPLATES = sorted((Path(admin.__file__).parent / "templates").glob("*.html"))


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere"])
def test_scripts_frames_and_foreign_content_are_forbidden(path: str, office: Browser) -> None:
    headers = office.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_stylesheet_may_be_kept(browser: Browser) -> None:
    answer = browser.get("/static/admin.css", buffered=True)

    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_a_script_or_another_server(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|https?://", text)


def test_every_field_of_a_form_has_a_name_for_those_who_hear_it(office: Browser, round_id: int) -> None:
    for path in ("/rounds/new", *round_pages(round_id)):
        page = office.get(path).text
        for field in re.findall(r"<(?:input|select)[^>]*>", page):
            if 'type="hidden"' in field:
                continue
            found = re.search(r'\sid="([^"]+)"', field)
            named = found and f'for="{found.group(1)}"' in page
            assert named or _stands_in_a_label(page, field), (path, field)


def round_pages(round_id: int) -> Iterator[str]:
    for name in ("answers", "counties", "townships", "units", "responses", "opinions", "export"):
        yield f"/rounds/{round_id}/{name}"


def _stands_in_a_label(page: str, field: str) -> bool:
    before = page[: page.index(field)]
    return before.rfind("<label") > before.rfind("</label>")
