"""Signing in by OpenID Connect, against a provider on loopback."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from oidc_provider_mock import User, run_server_in_thread
from starlette.testclient import TestClient

from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.console.rooms import open_console
from bot.console.sign_in.openid import NotProven, OpenId
from bot.settings import OpenIdSettings, Secret
from bot.store.sql.attempts import MOST_OF_EMAIL
from bot.store.sql.sessions import IDLE_SECONDS
from tests.contract.console.door import (
    GOOD,
    Clock,
    actions,
    add_account,
    hidden,
    send,
    session_of,
    sign_in_as,
    with_clock,
)
from tests.contract.console.test_sign_in_code import SECRET, code_at

USERS = (
    User(sub="sam-7", claims={"email": "Sam@Example.org", "email_verified": True}),
    User(sub="liar", claims={"email": "sam@example.org", "email_verified": False}),
    User(sub="silent", claims={}),
)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider of the test has no TLS
    with run_server_in_thread(user_claims=USERS) as server:
        yield f"http://localhost:{server.server_port}"


def settings_for(issuer: str, *, is_only_way: bool = False) -> OpenIdSettings:
    return OpenIdSettings(issuer, "console", Secret("s3cret"), "http://127.0.0.1", is_only_way)


@pytest.fixture
def parts(parts: Parts, provider: str) -> Parts:
    """At the time of the provider, which has no clock of ours."""
    return replace(with_clock(parts, Clock(time.time())), openid=OpenId(settings_for(provider)))


def clock_of(parts: Parts) -> Clock:
    assert isinstance(parts.now, Clock)
    return parts.now


@pytest.fixture
def client(parts: Parts) -> TestClient:
    return open_browser(parts)


def open_browser(parts: Parts) -> TestClient:
    client = TestClient(open_console(parts), "http://127.0.0.1", follow_redirects=False)
    client.cookies.set("console_language", "en")
    return client


def leave(client: TestClient, page: Response | None = None) -> str:
    """Press the button; the provider's address."""
    page = page or client.get("/console/sign-in?next=/console/queue?kind=views")
    onward = send(client, "/console/openid", page)
    assert onward.status_code == 200
    (address,) = re.findall(r'class="button" href="([^"]+)"', onward.text)
    assert f"url={address}" in onward.text
    return html.unescape(address)


def consent(address: str, sub: str = "sam-7") -> str:
    """Say who one is at the provider's; the address it sends one back to."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    assert back.path == "/console/openid/back"
    return f"{back.path}?{back.query}"


def refusal(parts: Parts, answer: Response) -> str:
    """Which sentence refuses."""
    text = html.unescape(answer.text)
    (key,) = (
        key
        for key in ("over", "refused", "stranger", "away")
        if parts.words.get(f"sign_in.openid_{key}", "en") in text
    )
    return key


def test_known_person_is_signed_in_and_goes_on(client: TestClient, parts: Parts) -> None:
    account = add_account(parts)
    address = leave(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    back = client.get(consent(address))
    assert back.status_code == 200, "a page of ours leads on, so that strict cookies come along"
    assert 'content="0; url=/console/queue?kind=views"' in back.text
    assert session_of(back)
    assert client.get("/console/me").status_code == 200
    assert parts.accounts.get(account.id).has_openid
    (noted,) = parts.audit.read()
    assert (noted.by, noted.action, noted.details["how"]) == (
        "sam@example.org", "sign_in", "openid",
    )  # fmt: skip


def test_from_the_second_time_on_the_subject_counts_not_the_address(
    client: TestClient, parts: Parts
) -> None:
    account = add_account(parts)
    client.get(consent(leave(client)))
    parts.accounts.change(account.id, email="sam.roy@example.org")
    other = add_account(parts, "sam@example.org")
    client.cookies.delete(COOKIE)
    answer = client.get(consent(leave(client)))
    session = parts.sessions.find(session_of(answer) or "")
    assert session is not None
    assert session.account.id == account.id
    assert not parts.accounts.get(other.id).has_openid


@pytest.mark.parametrize(
    ("sub", "state"),
    [
        ("liar", "open"),
        ("silent", "open"),
        ("somebody@example.org", "open"),
        ("sam-7", "closed"),
        ("sam-7", "another's"),
    ],
)
def test_stranger_is_not_let_in(client: TestClient, parts: Parts, sub: str, state: str) -> None:
    account = add_account(parts)
    if state == "closed":
        parts.accounts.close(account.id)
    elif state == "another's":
        parts.accounts.tie_openid(account.id, "https://id.example.org", "somebody-else")
    answer = client.get(consent(leave(client), sub))
    assert (answer.status_code, refusal(parts, answer)) == (403, "stranger")
    assert session_of(answer) is None


def test_own_second_factor_is_asked_for_too(client: TestClient, parts: Parts) -> None:
    account = add_account(parts)
    parts.accounts.set_secret(account.id, SECRET)
    page = client.get(consent(leave(client)))
    assert session_of(page) is None
    done = send(client, "/console/sign-in/code", page, code=code_at(parts.now()))
    assert done.headers["location"] == "/console/queue?kind=views"
    assert actions(parts) == [("sam@example.org", "sign_in")]


def test_coming_back_from_the_provider_buys_no_more_codes(client: TestClient, parts: Parts) -> None:
    account = add_account(parts)
    parts.accounts.set_secret(account.id, SECRET)
    for _ in range(MOST_OF_EMAIL):
        page = client.get(consent(leave(client)))
        refused = send(client, "/console/sign-in/code", page, code="000000")
    assert refused.status_code == 429
    page = client.get(consent(leave(client)))
    right = code_at(parts.now())
    assert send(client, "/console/sign-in/code", page, code=right).status_code == 429


def test_form_of_an_ended_session_waits_meanwhile(client: TestClient, parts: Parts) -> None:
    add_account(parts)
    sign_in_as(client)
    csrf = hidden(client.get("/console/me").text, "csrf")
    clock_of(parts).at += IDLE_SECONDS + 1
    page = client.post("/console/me/about", data={"csrf": csrf, "name": "Sam R.", "language": "en"})
    assert page.status_code == 401
    clock_of(parts).at = time.time()
    shown = client.get(consent(leave(client, page)))
    assert hidden(shown.text, "name") == "Sam R."
    assert 'action="/console/me/about"' in shown.text


# --- What proves nothing --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["another state", "no cookie", "another browser", "late", "twice"])
def test_answer_that_this_browser_did_not_ask_for_is_refused(
    client: TestClient, parts: Parts, what: str
) -> None:
    add_account(parts)
    back = consent(leave(client))
    if what == "another state":
        back = re.sub(r"state=[^&]+", "state=" + "x" * 43, back)
    elif what == "no cookie":
        client.cookies.delete("console_openid")
    elif what == "another browser":
        other = open_browser(parts)
        leave(other)
        client = other
    elif what == "late":
        clock_of(parts).at += 601
    else:
        assert session_of(client.get(back))
        client.cookies.delete(COOKIE)
    answer = client.get(back)
    assert (answer.status_code, refusal(parts, answer)) == (401, "over")
    assert session_of(answer) is None


@pytest.mark.parametrize("what", ["denied", "no code", "forged code", "another issuer"])
def test_answer_that_proves_nothing_is_refused(client: TestClient, parts: Parts, what: str) -> None:
    add_account(parts)
    address = leave(client)
    state = parse_qs(urlsplit(address).query)["state"][0]
    back = {
        "denied": lambda: f"/console/openid/back?error=access_denied&state={state}",
        "no code": lambda: f"/console/openid/back?state={state}",
        "forged code": lambda: f"/console/openid/back?code=forged&state={state}",
        "another issuer": lambda: consent(address) + "&iss=https://evil.example.org",
    }[what]()
    answer = client.get(back)
    assert (answer.status_code, refusal(parts, answer)) == (401, "refused")
    assert session_of(answer) is None


@dataclass
class Forger:
    """A provider that signs whatever it is told to."""

    token: Callable[[], str]
    key: RSAKey
    issuer: str = "https://id.example.org"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/openid-configuration":
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            about = {name: f"{self.issuer}/{name}" for name in names}
            return httpx.Response(200, json={"issuer": self.issuer, **about})
        if request.url.path == "/jwks_uri":
            return httpx.Response(200, json=KeySet([self.key]).as_dict(private=False))
        return httpx.Response(200, json={"id_token": self.token(), "access_token": "a"})


KEY = RSAKey.generate_key(2048, {"kid": "1"})
OTHER = RSAKey.generate_key(2048, {"kid": "1"})
CURVE = ECKey.generate_key("P-256", {"kid": "1"})
NOW = 1_800_000_000
CLAIMS = {
    "iss": "https://id.example.org", "sub": "7", "aud": "console", "nonce": "n", "iat": NOW,
    "exp": NOW + 60, "email": "sam@example.org", "email_verified": True,
}  # fmt: skip


def who(claims: dict[str, object], key: object = KEY, algorithm: str = "RS256") -> object:
    header = {"alg": algorithm, "kid": "1"}
    token = jwt.encode(header, claims, key, algorithms=[algorithm])  # type: ignore[arg-type]
    forger = Forger(lambda: token, KEY)
    openid = OpenId(
        settings_for("https://id.example.org"),
        now=lambda: NOW,
        client=httpx.Client(transport=httpx.MockTransport(forger)),
    )
    return openid.who("code", nonce="n", verifier="v")


def test_token_as_it_should_be_is_believed() -> None:
    person = who(dict(CLAIMS))
    assert vars(person) == {
        "issuer": "https://id.example.org", "subject": "7", "email": "sam@example.org",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example.org"},
        {"aud": "another"},
        {"aud": ["console", "another"], "azp": "another"},
        {"nonce": "m"},
        {"nonce": None},
        {"exp": NOW - 600},
        {"exp": None},
        {"iat": NOW + 600},
        {"nbf": NOW + 600},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
def test_token_that_is_not_for_us_or_not_of_now_is_not_believed(changes: dict[str, object]) -> None:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    with pytest.raises(NotProven):
        who(claims)


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (OTHER, "RS256"),
        (OctKey.import_key("s3cret" * 8), "HS256"),
        (CURVE, "ES256"),
        (KEY, "none"),
    ],
    ids=["another key", "the secret", "a curve", "no signature"],
)
def test_token_that_the_provider_did_not_sign_is_not_believed(key: object, algorithm: str) -> None:
    with pytest.raises(NotProven):
        who(dict(CLAIMS), key, algorithm)


@pytest.mark.parametrize("verified", ["true", 1, None, False], ids=str)
def test_address_counts_only_when_the_provider_says_that_it_is_verified(verified: object) -> None:
    person = who({**CLAIMS, "email_verified": verified})
    assert vars(person)["email"] is None


# --- The sign-in page -----------------------------------------------------------------------------


def test_provider_that_is_away_is_said_and_passwords_still_work(parts: Parts) -> None:
    add_account(parts)
    gone = OpenId(settings_for("http://127.0.0.1:9"))
    client = open_browser(replace(parts, openid=gone))
    answer = send(client, "/console/openid", client.get("/console/sign-in"))
    assert (answer.status_code, refusal(parts, answer)) == (503, "away")
    assert sign_in_as(client).status_code == 303


def test_where_it_is_the_only_way_no_password_is_taken(parts: Parts, provider: str) -> None:
    add_account(parts)
    only = replace(parts, openid=OpenId(settings_for(provider, is_only_way=True)))
    client = open_browser(only)
    page = client.get("/console/sign-in")
    assert 'name="password"' not in page.text
    fields = {"email": "sam@example.org", "password": GOOD}
    answer = send(client, "/console/sign-in", page, **fields)
    assert answer.status_code == 403
    assert session_of(answer) is None
    assert session_of(client.get(consent(leave(client))))
