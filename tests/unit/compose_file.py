"""docker-compose.yml, .env.example and the Dockerfiles as tests read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
ENV_EXAMPLE = ROOT / ".env.example"
DOCKERFILES = sorted((ROOT / "images").glob("*.Dockerfile"))

_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\})")


class VariableMissing(LookupError):
    """A variable that the file insists on is empty."""


def read_compose(environ: Mapping[str, str]) -> dict[str, Any]:
    """The file with its anchors merged and its variables filled in, as Compose does it."""
    return dict(_fill(yaml.safe_load(COMPOSE_FILE.read_text("utf-8")), environ))


def variables_in_compose() -> set[str]:
    """The names of all variables that the file takes from `.env`."""
    found = _VARIABLE.finditer(COMPOSE_FILE.read_text("utf-8"))
    return {match["name"] for match in found if match["name"]}


def read_env_example() -> dict[str, str]:
    """The variables of .env.example with their values."""
    lines = [line for line in ENV_EXAMPLE.read_text("utf-8").splitlines() if line]
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def instructions(path: Path) -> Iterator[tuple[str, str]]:
    """A Dockerfile's instructions, continued lines joined, comments left out."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            yield word, rest


def last_stage(path: Path) -> list[tuple[str, str]]:
    """The instructions of the stage that the image is."""
    everything = list(instructions(path))
    start = max(place for place, (word, _) in enumerate(everything) if word == "FROM")
    return everything[start:]


def environment_of_image(path: Path) -> dict[str, str]:
    """The variables that a Dockerfile sets in its image."""
    pairs = " ".join(rest for word, rest in last_stage(path) if word == "ENV").split()
    return dict(pair.split("=", 1) for pair in pairs)


def _fill(value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(item, environ) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, environ) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return "$"
        given = environ.get(name, "")
        if not given and match["kind"] == "?":
            raise VariableMissing(f"{name}: {match['rest']}")
        return given or (match["rest"] or "" if match["kind"] == "-" else "")

    return _VARIABLE.sub(replace, value)
