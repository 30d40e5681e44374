"""Gets Rasa ready to be imported: no TensorFlow, no telemetry, no chatter. Call it first."""

from __future__ import annotations

import logging
import os

import structlog

from bot.engine import absent


def prepare() -> None:
    """Set everything that must stand before the first import of rasa."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    absent.install()
    logging.captureWarnings(True)  # old libraries warn of each other; nobody here can mend that
    for name in ("py.warnings", "rasa", "rasa_sdk", "apscheduler", "matplotlib", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    # Rasa's debug lines hold message texts; a filtering logger never formats them.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
