"""What people and tests use under `/demo/`: the phone page, the phones behind it, and the controls."""

from flask import Blueprint

from simulator.demo import control, page, phones
from simulator.world import World


def blueprint(world: World) -> Blueprint:
    """All addresses under `/demo/`."""
    demo = Blueprint("demo", __name__, url_prefix="/demo")
    for group in (page, phones, control):
        group.add_to(demo, world)
    return demo
