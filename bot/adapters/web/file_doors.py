"""`GET /pictures/{name}` and `GET /files/{token}`: the files that go with replies."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from bot.adapters.stored_files import PICTURE_NAME, wait_for_file
from bot.adapters.web.problems import NO_FILE, NOT_FOUND, Problem
from bot.conversation.ports import Files

TOKEN = re.compile("[0-9a-f]{32}")
FOR_A_DAY = "public, max-age=86400, immutable"
SAVED_AS = "parlouvert.json"
ABOUT_A_PERSON = {
    "Content-Disposition": f'attachment; filename="{SAVED_AS}"',
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class FileDoors:
    """Serves files of the store; each name has a form of its own, so that no door leads to all."""

    def __init__(self, files: Files, *, file_within: float) -> None:
        self._files = files
        self._file_within = file_within

    async def picture(self, request: Request) -> Response:
        """A picture of what people think."""
        name = request.path_params["name"]
        content = await self._files.read(name) if PICTURE_NAME.fullmatch(name) else None
        if content is None:
            raise Problem(NOT_FOUND)
        return Response(content, media_type="image/png", headers={"Cache-Control": FOR_A_DAY})

    async def about_person(self, request: Request) -> Response:
        """What is held about the person who was given this address, to be saved."""
        token = request.path_params["token"]
        if not TOKEN.fullmatch(token):
            raise Problem(NOT_FOUND)
        content = await wait_for_file(self._files, token, seconds=self._file_within)
        if content is None:
            raise Problem(NO_FILE)
        return Response(content, media_type="application/json", headers=ABOUT_A_PERSON)
