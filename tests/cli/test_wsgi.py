"""Each path is answered by the part it belongs to."""

from typing import Any

import pytest
from werkzeug.test import Client

from cli.serving import Serving
from cli.wsgi import PHONE_PATHS, Application
from core.config import Settings
from simulator.factory import PATH_PREFIXES


def served(sqlite_url: str, tmp_path: Any, **more: str) -> Client:
    """The application over a database of its own."""
    environ = {"MINYI_DEMO": "1", "MINYI_VAR": str(tmp_path), "MINYI_DATABASE_URL": sqlite_url, **more}
    return Client(Application(Serving.open(Settings.load(environ))))


@pytest.fixture
def client(sqlite_url: str, tmp_path: Any) -> Client:
    """A demonstration."""
    return served(sqlite_url, tmp_path)


def test_the_phones_paths_are_those_the_simulator_answers() -> None:
    assert PHONE_PATHS == PATH_PREFIXES


def test_a_demonstration_begins_at_its_phones(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/demo/"
    assert "手机演示" in client.get("/demo/").text


def test_health_tells_of_the_database_and_of_waiting_turns(client: Client) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "database": "ok", "waiting_turns": 0}


def test_metrics_are_for_this_machine_or_whoever_brings_the_token(sqlite_url: str, tmp_path: Any) -> None:
    client = served(sqlite_url, tmp_path, MINYI_METRICS_TOKEN="a-token-of-some-length")
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}

    refused = client.get("/metrics", environ_base=elsewhere)
    local = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    by_token = client.get(
        "/metrics", environ_base=elsewhere, headers={"Authorization": "Bearer a-token-of-some-length"}
    )

    assert refused.status_code == 403
    assert "minyi_deliveries" in local.text
    assert by_token.status_code == 200


def test_a_hidden_proxy_does_not_make_strangers_local(client: Client) -> None:
    answer = client.get(
        "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"X-Forwarded-For": "203.0.113.7"}
    )

    assert answer.status_code == 403


def test_the_office_signs_in_below_admin(client: Client) -> None:
    assert client.get("/admin").headers["Location"] == "/admin/"
    assert client.get("/admin/login").status_code == 200


def test_what_nobody_answers_is_not_found(client: Client) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, answer.text) == (404, "没有这个网页。\n")
