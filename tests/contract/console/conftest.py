"""A console over a real database of the test's own, and people of staff who are signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import Engine
from starlette.testclient import TestClient

from bot.console.gate import COOKIE
from bot.console.parts import Parts, make_parts
from bot.console.rooms import open_console
from bot.content.library import Library, load_library
from bot.safety.personal_data import PersonalData, load_personal_data
from bot.store.sql.accounts import Account
from bot.store.sql.database import open_database
from bot.store.sql.record import Record
from bot.store.vault import Vault, open_vault
from tests.contract.browser import chromium
from tests.contract.web_server import served

ROOT = Path(__file__).resolve().parents[3]
SignIn = Callable[..., TestClient]
OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library(ROOT)


@pytest.fixture(scope="session")
def personal_data() -> PersonalData:
    return load_personal_data(ROOT)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path / "key.json", create=True)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database("", tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def record(engine: Engine, vault: Vault) -> Record:
    return Record(engine, vault)


@pytest.fixture
def parts(
    engine: Engine, vault: Vault, library: Library, personal_data: PersonalData, tmp_path: Path
) -> Parts:
    return make_parts(engine, vault, library, personal_data, home=ROOT, data_dir=tmp_path)


def account_of(parts: Parts, role: str, name: str = "") -> Account:
    """The account of a role; of a name too, where a test needs two of one role."""
    email = f"{name or role}@example.org".lower()
    found = parts.accounts.find(email)
    return found or parts.accounts.add(email=email, role=role, name=name or role.title())


@pytest.fixture
def sign_in(parts: Parts) -> Iterator[SignIn]:
    """`sign_in("moderator")`: a client with a session; `sign_in(None)` has none."""
    clients: list[TestClient] = []

    def make(role: str | None, name: str = "", language: str = "en") -> TestClient:
        client = TestClient(
            open_console(parts),
            base_url="http://127.0.0.1",
            follow_redirects=False,
            headers={"accept-language": language},
        )
        client.cookies.set("console_language", language)
        if role is not None:
            client.cookies.set(COOKIE, parts.sessions.open(account_of(parts, role, name).id))
        client.__enter__()
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def csrf_of(parts: Parts, client: TestClient) -> str:
    """The token that a form of this client must send along."""
    session = parts.sessions.find(client.cookies[COOKIE])
    assert session is not None
    return session.csrf


@pytest.fixture(scope="module")  # while it runs, no async test can
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(parts: Parts) -> Iterator[str]:
    """The console on a real port."""
    with served(open_console(parts)) as address:
        yield address


@pytest.fixture
def browse(chrome: Browser, parts: Parts, address: str) -> Iterator[OpenBrowser]:
    """`browse("moderator")`: a browser with a session, at the console's address."""
    contexts: list[BrowserContext] = []

    def make(
        role: str | None, name: str = "", language: str = "en", **options: object
    ) -> BrowserContext:
        context = chrome.new_context(base_url=address, **options)  # type: ignore[arg-type]
        cookies = [{"name": "console_language", "value": language, "url": address}]
        if role is not None:
            token = parts.sessions.open(account_of(parts, role, name).id)
            cookies.append({"name": COOKIE, "value": token, "url": address})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
