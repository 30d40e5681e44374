"""`GET /`: the chat page in either language, and the files it loads."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.content.library import Library
from bot.conversation.messages import LANGUAGES, MOST_CHARACTERS, Language, Reply, as_language
from bot.conversation.ports import AnswerCall
from bot.conversation.rendering import render

FOLDER = Path(__file__).parent / "page"
FILES = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "favicon.svg": "image/svg+xml",
}
WORDS = "web."
WELCOME = "welcome"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class ChatPage:
    """The page, made once from its template and the words of the library."""

    def __init__(self, library: Library) -> None:
        self._files = {name: (FOLDER / name).read_bytes() for name in FILES}
        self._versions = {
            name: hashlib.sha256(content).hexdigest()[:12] for name, content in self._files.items()
        }
        template = Template((FOLDER / "index.html").read_text("utf-8"))
        self._pages = {
            language: template.substitute(self._values(library, language)) for language in LANGUAGES
        }

    async def index(self, request: Request) -> Response:
        """The page in the language that was asked for, or that the browser prefers."""
        language = as_language(request.query_params.get("lang")) or preferred_language(
            request.headers.get("accept-language", "")
        )
        return HTMLResponse(
            self._pages[language],
            headers={"Content-Language": language, "Vary": "Accept-Language"},
        )

    async def file(self, request: Request) -> Response:
        """A file of the page; kept for ever under the address that names its version."""
        name = request.path_params["name"]
        if name not in self._files:
            raise HTTPException(404)
        is_versioned = request.query_params.get("v") == self._versions[name]
        return Response(
            self._files[name],
            media_type=FILES[name],
            headers={"Cache-Control": FOR_A_YEAR if is_versioned else "no-cache"},
        )

    def _values(self, library: Library, language: Language) -> dict[str, str]:
        words = _words(library)
        welcome = {each: render(library, AnswerCall(WELCOME), each) for each in LANGUAGES}
        content = {
            "limit": MOST_CHARACTERS,
            "words": words,
            "welcome": {each: reply.to_json() for each, reply in welcome.items()},
        }
        return {
            **{key: html.escape(word) for key, word in words[language].items()},
            **{f"noscript_{each}": html.escape(words[each]["noscript"]) for each in LANGUAGES},
            **{
                f"file_{name.replace('.', '_')}": f"page/{name}?v={version}"
                for name, version in self._versions.items()
            },
            "language": language,
            "other": next(each for each in LANGUAGES if each != language),
            "wordmark": (FOLDER / "wordmark.svg").read_text("utf-8"),
            "welcome": _message_html(welcome[language], words[language]),
            "content": _script_safe(content),
        }


def preferred_language(accepted: str) -> Language:
    """The first of our languages by the weights of an Accept-Language header; French if none."""
    best: tuple[float, Language] = (0.0, "fr")
    for part in accepted.split(","):
        tag, _, parameters = part.partition(";")
        language = as_language(tag.strip())
        weight = _weight(parameters)
        if language and weight > best[0]:
            best = (weight, language)
    return best[1]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _words(library: Library) -> dict[Language, dict[str, str]]:
    return {
        language: {
            key.removeprefix(WORDS): texts[language]
            for key, texts in library.words.items()
            if key.startswith(WORDS)
        }
        for language in LANGUAGES
    }


def _message_html(reply: Reply, words: Mapping[str, str]) -> str:
    """A message of the bot, in the form that `chat.js` gives the others."""
    buttons = "".join(
        f'<li><button type="button" data-value="{html.escape(button.value)}">'
        f"{html.escape(button.label)}</button></li>"
        for button in reply.buttons
    )
    return (
        f'<div class="message bot" lang="{reply.language}">'
        f'<p class="unseen">{html.escape(words["bot_says"])}</p>'
        f'<p class="text">{html.escape(reply.text)}</p>'
        f'<ul class="buttons">{buttons}</ul></div>'
    )


def _script_safe(value: object) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
