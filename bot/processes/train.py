"""`python -m bot train`: trains when the content changed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.content.fingerprints import content_fingerprint
from bot.content.releases import find_model
from bot.engine.training import is_trained, train
from bot.settings import read_settings


def main(arguments: list[str]) -> int:
    """Train with progress, and let the engines speak what was trained.

    With `--root` a draft is trained and judged, each step a line of JSON, and not made live.
    """
    parser = argparse.ArgumentParser("python -m bot train", allow_abbrev=False)
    parser.add_argument("--if-changed", action="store_true", help="do nothing if nothing changed")
    parser.add_argument("--root", type=Path, help="a draft's folder; what is live stays")
    parser.add_argument("--judge", action="store_true", help="judge the draft in any case")
    wanted = parser.parse_args(arguments)
    settings = read_settings(os.environ)
    if wanted.root is not None:
        from bot.processes import candidate

        return candidate.run(settings, wanted.root, is_judged=wanted.judge)
    root, models = settings.content_dir, settings.models_dir
    if wanted.if_changed and is_trained(root, models):
        return 0
    if not wanted.if_changed or find_model(models, content_fingerprint(root)) is None:
        sys.stderr.write("Training the model (5 to 10 minutes the first time) ...\n")
    manifest = train(root, models, force=not wanted.if_changed)
    sys.stderr.write(f"Trained {manifest.archive} in {manifest.seconds:g} s.\n")
    return 0
