"""One way of logging for all processes: time, level, process, sentence; never text or tokens."""

from __future__ import annotations

import logging
import sys

QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "discord",
    "uvicorn",
    "asyncio",
    "rasa",
    "rasa_sdk",
    "sanic",
)


def set_up(process: str) -> None:
    """Log to standard error, and silence libraries that log addresses or contents."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format=f"%(asctime)s %(levelname)s {process}: %(message)s",
        force=True,
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
