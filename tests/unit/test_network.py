"""The rule that tests never leave this machine holds."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.network import NetworkIsClosed


def test_connection_to_elsewhere_is_refused() -> None:
    with socket.socket() as outward, pytest.raises(NetworkIsClosed):
        outward.connect(("192.0.2.1", 80))


def test_name_look_up_is_refused() -> None:
    with pytest.raises(NetworkIsClosed):
        socket.getaddrinfo("example.org", 443)


async def test_asyncio_is_refused_too() -> None:
    with pytest.raises(NetworkIsClosed):
        await asyncio.open_connection("example.org", 443)
