"""`python -m bot keygen FILE`: writes a new key file."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.store.vault import open_vault


def main(arguments: list[str]) -> int:
    """Write the key file; never overwrite one, since what it locked would be lost."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m bot keygen FILE\n")
        return 2
    path = Path(arguments[0])
    if path.exists():
        sys.stderr.write(f"{path} exists; it was left as it is.\n")
        return 1
    open_vault(path, create=True)
    sys.stderr.write(f"Wrote {path}. Keep it apart from the data, and keep a copy.\n")
    return 0
