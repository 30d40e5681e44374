"""`python -m bot check`: prints every problem in what staff wrote."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path

from bot.content.check import check_content, summarise
from bot.content.checks.files import read_content
from bot.safety.personal_data.content_check import check_personal_data


def main(arguments: list[str]) -> int:
    """Print `[ERROR] path:line: sentence` for each problem; exit 1 if there is an error."""
    today = datetime.now(timezone.utc).date()
    content = read_content(Path.cwd(), today)
    problems = check_content(content, check_personal_data)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    for line in summarise(content):
        sys.stdout.write(f"{line}\n")
    errors = sum(problem.level == "ERROR" for problem in problems)
    warnings = len(problems) - errors
    sys.stdout.write(f"{errors} error(s), {warnings} warning(s).\n")
    return 1 if errors else 0
