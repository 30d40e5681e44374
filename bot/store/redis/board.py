"""The board in Redis: the recorder publishes it, the engine reads it (see `conversation.ports`)."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.conversation.board import Board
from bot.errors import StoreUnavailable
from bot.store.redis.client import Connection, store_errors
from bot.store.redis.keys import Keys
from bot.store.vault import Vault

LOOK_EVERY = 1.0
"""Seconds a board may be old."""


class RedisBoards:
    """The latest board, read again at most once a second."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        keys: Keys = Keys(),
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._name = keys.board()
        self._now = now
        self._looked_at = float("-inf")
        self._blob: bytes | None = None
        self._board = Board()

    async def current(self) -> Board:
        """See `ports.Boards.current`."""
        if self._now() - self._looked_at < LOOK_EVERY:
            return self._board
        try:
            with store_errors():
                blob = await self._connection.client.get(self._name)
        except StoreUnavailable:  # the turn's own commit will tell
            return self._board
        self._looked_at = self._now()
        if blob != self._blob:
            self._board = Board.from_json(self._vault.unlock(blob)) if blob else Board()
            self._blob = blob
        return self._board

    async def publish(self, board: Board) -> None:
        """Replace what is published."""
        with store_errors():
            await self._connection.client.set(self._name, self._vault.lock(board.to_json()))
