"""Access tokens: two kinds, their overlap and their end."""

from tests.simulator.conftest import Account
from tests.simulator.webhook import APP_ID, APP_SECRET

FOLLOWERS = "/cgi-bin/user/get"


def errcode(account: Account, token: str) -> int:
    """How a call with this token fares; 0 when it is good."""
    return int(account.get(FOLLOWERS, token).get("errcode", 0))


def test_a_stable_token_stays_the_same_and_tells_what_is_left(account: Account) -> None:
    first = account.stable_token()
    account.clock.pass_by(1000)
    second = account.stable_token()

    assert first["access_token"] == second["access_token"]
    assert (first["expires_in"], second["expires_in"]) == (7200, 6200)


def test_a_stable_token_is_renewed_five_minutes_early_and_both_hold_for_them(account: Account) -> None:
    old = account.token()
    account.clock.pass_by(7200 - 299)

    new = account.token()

    assert new != old
    assert [errcode(account, token) for token in (old, new)] == [0, 0]
    account.clock.pass_by(300)
    assert [errcode(account, token) for token in (old, new)] == [42001, 0]


def test_a_forced_refresh_kills_the_old_stable_token_at_once(account: Account) -> None:
    old = account.token()

    new = account.stable_token(force_refresh=True)["access_token"]

    assert [errcode(account, token) for token in (old, new)] == [40001, 0]
    assert account.stable_token(force_refresh=True)["errcode"] == 45011
    assert account.token() == new
    account.clock.pass_by(30)
    assert account.stable_token(force_refresh=True)["access_token"] != new


def test_twenty_forced_refreshes_a_day_are_enough(account: Account) -> None:
    for _ in range(20):
        assert "access_token" in account.stable_token(force_refresh=True)
        account.clock.pass_by(31)

    assert account.stable_token(force_refresh=True)["errcode"] == 45009


def test_each_ordinary_token_is_new_and_the_one_before_lives_five_minutes_more(account: Account) -> None:
    old = account.ordinary_token()
    new = account.ordinary_token()

    assert [errcode(account, token) for token in (old, new)] == [0, 0]
    account.clock.pass_by(301)
    assert [errcode(account, token) for token in (old, new)] == [40001, 0]


def test_the_two_kinds_do_not_disturb_one_another(account: Account) -> None:
    stable = account.token()
    ordinary = account.ordinary_token()
    account.stable_token(force_refresh=True)
    account.ordinary_token()

    assert errcode(account, stable) == 40001
    assert errcode(account, ordinary) == 0


def test_a_missing_or_invented_token_is_refused_with_a_request_id(account: Account) -> None:
    missing = account.told(account.api.get(FOLLOWERS))
    invented = account.get(FOLLOWERS, "invented")

    assert (missing["errcode"], invented["errcode"]) == (41001, 40001)
    assert " rid: " in invented["errmsg"]
    rid = invented["errmsg"].rsplit(" ", 1)[-1]
    explained = account.post("/cgi-bin/openapi/rid/get", {"rid": rid})
    assert "40001" not in explained["request"]["request_url"]
    assert explained["request"]["request_url"].endswith("user/get")


def test_wrong_credentials_are_told_apart(account: Account) -> None:
    def refused(**change: str) -> int:
        wanted = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET, **change}
        return int(account.told(account.api.post("/cgi-bin/stable_token", json=wanted))["errcode"])

    assert refused(appid="wx-other") == 40013
    assert refused(secret="wrong") == 40125
    assert refused(grant_type="password") == 40002
    assert account.told(account.api.get("/cgi-bin/stable_token"))["errcode"] == 43002
    assert account.told(account.api.post("/cgi-bin/token"))["errcode"] == 43001


def test_all_tokens_can_be_made_invalid_on_demand(account: Account) -> None:
    token = account.token()

    account.api.delete("/demo/control/tokens")

    assert errcode(account, token) == 40001


def test_a_token_fills_the_512_characters_callers_are_told_to_reserve(account: Account) -> None:
    assert len(account.token()) == 512
