"""What every test gets: a closed network."""

from tests.network import closed_network

__all__ = ["closed_network"]
