"""Ways through the console's door, for tests: forms as browsers send them, a clock that is set."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from argon2 import PasswordHasher
from httpx2 import Response
from starlette.testclient import TestClient

from bot.console.parts import Parts
from bot.console.sign_in.passwords import Passwords
from bot.store.sql.accounts import Account, Accounts
from bot.store.sql.audit import Audit
from bot.store.sql.sessions import Sessions

GOOD = "des mots faciles a retenir"
"""A password that may be chosen."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
NOON = 1_800_000_000.0


class Clock:
    """A time that tests set."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def with_clock(parts: Parts, clock: Clock) -> Parts:
    """The same parts, at the time of the clock, and with passwords that cost little."""
    return replace(
        parts,
        now=clock,
        passwords=Passwords(CHEAP),
        accounts=Accounts(parts.engine, parts.vault, clock),
        sessions=Sessions(parts.engine, parts.vault, clock),
        audit=Audit(parts.engine, parts.vault, clock),
    )


def add_account(
    parts: Parts, email: str = "sam@example.org", role: str = "moderator", password: str = GOOD
) -> Account:
    """An account with a password."""
    hashed = parts.passwords.hash(password)
    return parts.accounts.add(email=email, role=role, name="Sam Roy", password_hash=hashed)


def hidden(text: str, name: str) -> str:
    """The value of a page's hidden field."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', text)
    assert found, f"no field {name}"
    return html.unescape(found[1])


def send(client: TestClient, path: str, page: Response | None = None, **fields: str) -> Response:
    """Send a form to an address, with the tokens of the page it stands in."""
    page = page or client.get(path)
    tokens = {
        name: hidden(page.text, name)
        for name in ("csrf", "next", "kept", "locked")
        if f'name="{name}"' in page.text
    }
    answer: Response = client.post(path, data={**tokens, **fields})
    return answer


def sign_in_as(
    client: TestClient, email: str = "sam@example.org", password: str = GOOD
) -> Response:
    """Fill in the sign-in page."""
    page = client.get("/console/sign-in")
    return send(client, "/console/sign-in", page, email=email, password=password)


def session_of(answer: Response) -> str | None:
    """The session's cookie that an answer sets."""
    for header in answer.headers.get_list("set-cookie"):
        if header.startswith("console_session="):
            return header.split(";")[0].partition("=")[2].strip('"')
    return None


def actions(parts: Parts) -> list[tuple[str, str]]:
    """Who did what, the oldest first, as the audit has it."""
    return [(noted.by, noted.action) for noted in reversed(parts.audit.read())]
