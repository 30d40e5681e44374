"""`python -m bot new_topic ID`: writes the files of a new topic, for staff to fill in.

What they leave out `make check` lists, file by file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.editing.starter import refuse, starter_files

USAGE = "Usage: make new-topic ID=my_topic\n"


def main(arguments: list[str]) -> int:
    """Write the five files; change none that is there."""
    if len(arguments) != 1 or not arguments[0]:
        sys.stderr.write(USAGE)
        return 2
    root, id = Path.cwd(), arguments[0]
    files = starter_files(id)
    refusal = refuse(root, id, list(files))
    if refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
        sys.stdout.write(f"{path}\n")
    sys.stdout.write("Fill them in; `make check` lists what is missing.\n")
    return 0
