"""Builds what turns are made with: a content folder's words, and the model that serves it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.content.library import load_library
from bot.conversation.board import NoBoard
from bot.conversation.ports import Boards
from bot.conversation.turn import Parts
from bot.engine import rasa_runtime
from bot.errors import ContentInvalid
from bot.safety.crisis import load_crisis_check
from bot.safety.personal_data import load_personal_data
from bot.safety.places import load_places


async def build_parts(root: Path, archive: Path, boards: Boards | None = None) -> Parts:
    """Load content, model and detector, and warm them up."""
    rasa_runtime.prepare()
    from bot.engine.language_detection import LinguaDetector
    from bot.engine.rasa_dialogue import RasaDialogue

    parts = Parts(
        library=load_library(root),
        dialogue=RasaDialogue(archive),
        detector=LinguaDetector(),
        crisis=load_crisis_check(root),
        places=load_places(root),
        personal_data=load_personal_data(root),
        boards=boards or NoBoard(),
    )
    await parts.dialogue.understand("bonjour hello")
    return parts


class FollowedDraft:
    """Reads a draft's words again whenever a file of it changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamp = self._look()

    def refresh(self, parts: Parts) -> Parts:
        """The parts with the words as they stand now; as they were while they cannot be read."""
        stamp = self._look()
        if stamp == self._stamp:
            return parts
        try:
            fresh = replace(
                parts,
                library=load_library(self._root),
                crisis=load_crisis_check(self._root),
                places=load_places(self._root),
                personal_data=load_personal_data(self._root),
            )
        except (ContentInvalid, OSError, ValueError, KeyError, TypeError):
            return parts
        self._stamp = stamp
        return fresh

    def _look(self) -> list[tuple[str, int, int]]:
        found = []
        for path in sorted((self._root / "stories").rglob("*.yml")):
            try:
                status = path.stat()
            except FileNotFoundError:  # replaced just now; the next look tells
                continue
            found.append((str(path), status.st_mtime_ns, status.st_size))
        return found
