"""The platform's API: one module per group of calls, all mounted by `blueprint`."""

from flask import Blueprint

from simulator.api import (
    codes,
    custom,
    media,
    menu,
    network,
    oauth,
    quotas,
    subscribe,
    templates,
    tokens,
    users,
)
from simulator.api.calls import Api
from simulator.world import World

_GROUPS = (tokens, codes, templates, subscribe, custom, media, users, menu, network, quotas, oauth)


def blueprint(world: World) -> Blueprint:
    """All calls of the platform, for this account."""
    api = Api(world, Blueprint("api", __name__))
    for group in _GROUPS:
        group.add_to(api)
    return api.blueprint
