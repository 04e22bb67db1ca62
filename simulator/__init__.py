"""
A stand-in for the WeChat platform: its API, its pushes, and a phone page to chat on.

Imports nothing of ours, so it tests us from outside. Everything in here is simulated.
"""

from simulator.config import Mode, SceneChoice, SimulatorConfig, Template
from simulator.factory import Simulator, build

__all__ = ["Mode", "SceneChoice", "Simulator", "SimulatorConfig", "Template", "build"]
