"""What keeps a server from starting is said in a sentence."""

import socket

import pytest

from cli.serve import refuse_taken_port
from core.config import Settings
from core.errors import ConfigError
from tests.servers import free_port


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        settings = Settings.load({"MINYI_DEMO": "0", "PORT": str(port)})

        with pytest.raises(ConfigError, match=f"127.0.0.1:{port} 用不了"):
            refuse_taken_port(settings)


def test_a_free_port_is_no_trouble() -> None:
    refuse_taken_port(Settings.load({"PORT": str(free_port())}))
