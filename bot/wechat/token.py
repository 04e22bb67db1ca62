"""
The access token every call needs: fetched once, shared by all processes, renewed in time.

By `stable_token` without force: asking again gives the same token, so two fetchers cannot invalidate one
another's (the plain `token` call does exactly that). Source: 微信公众平台开发文档
「获取稳定版接口调用凭据」, read 2026-11.
"""

from collections.abc import Callable
from datetime import timedelta

from bot.wechat.token_stores import Token, TokenStore
from core.clock import Clock

# Near its end the platform renews a token by itself, and old and new both hold for five minutes.
EARLY = timedelta(seconds=300)

# Asks the platform: gives the token and how many seconds it lives.
FetchToken = Callable[[], tuple[str, int]]


class AccessTokens:
    """The current token, and another one when the platform refused it."""

    def __init__(self, store: TokenStore, fetch: FetchToken, clock: Clock) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock

    def current(self) -> str:
        """The token kept, or a new one when it is about to expire."""
        token = self._store.read()
        return token.value if token is not None and self._is_usable(token) else self._renewed()

    def instead_of(self, refused: str) -> str:
        """
        The platform refused this token: the one another process fetched meanwhile, else a new one.

        A token that is not the refused one is never thrown away.
        """
        return self._renewed(refused)

    def _renewed(self, refused: str = "") -> str:
        with self._store.locked():
            token = self._store.read()
            if token is not None and token.value != refused and self._is_usable(token):
                return token.value
            value, seconds = self._fetch()
            self._store.write(Token(value, self._clock() + timedelta(seconds=seconds) - EARLY))
            return value

    def _is_usable(self, token: Token) -> bool:
        return token.usable_until > self._clock()
