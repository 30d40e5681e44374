"""A small content folder under git, a console over it, and models that were never trained."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

from bot.console.parts import Parts, make_parts
from bot.content.fingerprints import content_fingerprint
from bot.content.manifests import Manifest, file_sha256, save_manifest
from bot.content.releases import save_candidate
from bot.editing.records import Author
from tests.content.content_tree import make_tree, write
from tests.contract.editing.folders import commit_all, git

RULES = """\
version: "3.1"
rules:
- rule: greet first
  steps:
  - intent: parks
  - action: action_answer
"""
BEN = Author("Ben", "ben@example.org")
TOPIC = "/console/content/topics/parks"
TEXT_FR = "Une réponse."


def make_home(root: Path) -> Path:
    """Two topics and a rule, committed."""
    make_tree(root)
    write(root, "stories/rules/conversation.yml", RULES)
    write(root, "config.yml", "recipe: default.v1\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root, "Begin")
    return root


def over(parts: Parts, home: Path) -> Parts:
    """A console as the test's, but over this content."""
    return make_parts(
        parts.engine,
        parts.vault,
        parts.library,
        parts.personal_data,
        home=home,
        data_dir=parts.data_dir,
        redis=parts.redis,
    )


def model_of(parts: Parts, content: Path, name: str) -> Manifest:
    """A model that fits a folder, as far as its manifest can tell."""
    models = parts.desk.models
    models.mkdir(parents=True, exist_ok=True)
    archive = models / f"{name}.tar.gz"
    archive.write_bytes(name.encode())
    return Manifest(
        archive.name,
        file_sha256(archive),
        content_fingerprint(content),
        trained_at="2026-06-01T10:00:00+00:00",
        seconds=1.0,
    )


def make_live(parts: Parts) -> None:
    """Let the bot speak what stands at home."""
    save_manifest(parts.desk.models, model_of(parts, parts.home, "20260601-100000-first"))


def train(parts: Parts) -> None:
    """Have a model that fits the draft, as after a training."""
    model = model_of(parts, parts.desk.draft, "20260602-100000-second")
    save_candidate(parts.desk.models, replace(model, trained_at="2026-06-02T10:00:00+00:00"))


def fields_of(page: str) -> dict[str, str | list[str]]:
    """What the form of a topic would send, as a browser reads it."""
    found: dict[str, str | list[str]] = {}
    form = page[page.index("data-guard") : page.index('class="savebar"')]
    for tag, name in re.findall(r'(<input[^>]*\bname="([^"]+)"[^>]*>)', form):
        kind = re.search(r'type="(\w+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if kind is None or kind[1] not in ("radio", "checkbox"):
            found.setdefault(name, [])
            listed = found[name]
            assert isinstance(listed, list)
            listed.append(unescape(value[1]) if value else "")
    for name, text in re.findall(
        r'<textarea[^>]*\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S
    ):
        found[name] = unescape(text)
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in found.items()
    }
