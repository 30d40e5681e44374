"""What the engine's tests share: Rasa made ready, and the bot with its trained model."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from pathlib import Path

import pytest

from bot.conversation.turn import Parts
from bot.settings import read_settings

ROOT = Path(__file__).parents[2]
HAS_RASA = importlib.util.find_spec("rasa") is not None

if HAS_RASA:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from bot.engine import rasa_runtime

    rasa_runtime.prepare()
else:
    collect_ignore_glob = ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Rasa and what it imports are old: their warnings are no errors here."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="session")
def parts() -> Parts:
    """The bot as the engine builds it; trains first where there is no model."""
    from bot.content.manifests import read_manifest
    from bot.engine.models import current_archive
    from bot.engine.training import train
    from bot.processes.engine_parts import build_parts

    settings = read_settings({"BOT_DATA_DIR": str(ROOT / "var")})
    if read_manifest(settings.models_dir) is None:
        train(ROOT, settings.models_dir)
    return asyncio.run(build_parts(ROOT, current_archive(settings.models_dir)))
