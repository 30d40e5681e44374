"""`make test`: every check and every test, one after the other; says at the end what failed."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICES = str(ROOT / ".venv/services/bin/python")
ENGINE = str(ROOT / ".venv/engine/bin/python")

STEPS = (
    ("ruff", [SERVICES, "-m", "ruff", "check", "."]),
    ("ruff format", [SERVICES, "-m", "ruff", "format", "--check", "."]),
    ("mypy", [SERVICES, "-m", "mypy"]),
    ("import linter", [str(ROOT / ".venv/services/bin/lint-imports")]),
    ("content", [SERVICES, "-m", "bot", "check"]),
    ("training", [ENGINE, "-m", "bot", "train", "--if-changed"]),
    ("tests of the engine", [ENGINE, "-m", "pytest", "tests/engine", "-W", "ignore"]),
    (
        "tests of everything else",
        [SERVICES, "-m", "pytest", "tests", "--ignore=tests/engine", "--ignore=tests/bench"],
    ),
)


def main():
    """Run all steps, or those whose names hold one of the arguments."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    environment = dict(os.environ, OMP_WAIT_POLICY="passive", PYTHONUNBUFFERED="1")
    for name in ("BOT_DATA_DIR", "BOT_REDIS_URL", "BOT_KEY_FILE", "MAKEFLAGS", "MAKELEVEL"):
        environment.pop(name, None)
    failed = []
    for title, command in STEPS:
        if wanted and not any(word in title for word in wanted):
            continue
        print("\n=== %s" % title, flush=True)
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
        seconds = time.monotonic() - started
        print("=== %s: exit %d after %.0f s" % (title, done.returncode, seconds), flush=True)
        if done.returncode != 0:
            failed.append(title)
    if failed:
        sys.exit("\nFailed: " + ", ".join(failed))
    print("\nEverything passed.")


if __name__ == "__main__":
    main()
