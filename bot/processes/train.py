"""`python -m bot train`: trains when the content changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.engine.training import is_trained, train
from bot.settings import read_settings


def main(arguments: list[str]) -> int:
    """Train with progress; `--if-changed` does nothing when nothing changed."""
    if set(arguments) - {"--if-changed"}:
        sys.stderr.write("Usage: python -m bot train [--if-changed]\n")
        return 2
    settings = read_settings(os.environ)
    root = Path.cwd()
    is_fresh = is_trained(root, settings.models_dir)
    if "--if-changed" in arguments and is_fresh:
        return 0
    sys.stderr.write("Training the model (5 to 10 minutes the first time) ...\n")
    manifest = train(root, settings.models_dir, force="--if-changed" not in arguments)
    sys.stderr.write(f"Trained {manifest.archive} in {manifest.seconds:g} s.\n")
    return 0
