"""
Makes the WSGI callable of one simulated account.

Serves `/cgi-bin/…`, `/sns/…`, `/connect/…` (the platform) and `/demo/…` (phones, controls). Pushing waits for
the webhook inside the request that caused it, so a server that carries both needs a few threads.
"""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flask import Flask

from simulator import api, demo
from simulator.acts import Acts
from simulator.config import SimulatorConfig
from simulator.world import World, make_world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Paths that belong to the simulator, for whoever mounts it beside another server.
PATH_PREFIXES = ("/demo", "/cgi-bin/", "/sns/", "/connect/")


class Simulator:
    """A WSGI callable; `world` and `acts` do the same from Python."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.world: World = make_world(config)
        self.acts = Acts(self.world)
        self.flask = Flask(__name__, static_url_path="/demo/static")
        self.flask.register_blueprint(api.blueprint(self.world))
        self.flask.register_blueprint(demo.blueprint(self.world))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.flask.wsgi_app(environ, start_response)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop pending pushes and let go of files and connections."""
        self.world.close()


def build(config: SimulatorConfig) -> Simulator:
    """The simulated platform of one account, ready to be served."""
    return Simulator(config)
