"""Gives every end-to-end test its own processes, and one trained model to all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.stack import Stack, train_if_needed


@pytest.fixture(scope="session")
def models() -> Path:
    return train_if_needed()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory, models: Path) -> AsyncIterator[Stack]:
    """Engine and web, ready; one for all tests of a file, which use conversations of their own."""
    async with Stack(tmp_path_factory.mktemp("stack"), models) as stack:
        for verb in ("engine", "web"):
            await stack.start(verb)
        await stack.wait_until_healthy()
        yield stack
