"""`python -m bot redact`: marks personal data in what staff paste into a report.

How to: `python -m bot redact --language fr < quotes.txt > safe.txt`, or without a file: paste the
quotes, read what comes out, and end with Ctrl-D. Read the result once more; a screen is no reader.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.conversation.text import clean
from bot.safety.personal_data import load_personal_data

USAGE = """\
Usage: python -m bot redact [--language fr|en] < quotes.txt

Prints each line of standard input with personal data replaced by a mark such as [courriel]
(--language fr, the default) or [e-mail] (--language en). Without a file: paste the quotes, end
with Ctrl-D. Read the result once more before it leaves your hands.
"""
LANGUAGES = ("fr", "en")


def main(arguments: list[str]) -> int:
    """Print each line without personal data."""
    language = _read_language(arguments)
    if language is None:
        sys.stderr.write(USAGE)
        return 2
    personal_data = load_personal_data(Path.cwd())
    for line in sys.stdin:
        sys.stdout.write(personal_data.remove(clean(line), language) + "\n")
        sys.stdout.flush()
    return 0


def _read_language(arguments: list[str]) -> str | None:
    """The language asked for, French unless said otherwise; nothing if it is none of ours."""
    if not arguments:
        return LANGUAGES[0]
    words = " ".join(arguments).replace("=", " ").split()
    if len(words) == 2 and words[0] == "--language" and words[1] in LANGUAGES:
        return words[1]
    return None
