"""The way to the provider of OpenID Connect, and back."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import trouble
from bot.console.sign_in import doorway
from bot.console.sign_in.entering import after_first_factor, sign_in_page
from bot.console.sign_in.kept import kept_form
from bot.console.sign_in.openid import NotProven, Person
from bot.errors import SettingInvalid
from bot.store.sql.accounts import Account

TRIP_COOKIE = "console_openid"
TRIP_SECONDS = 600


def leave(asked: Asked) -> Response:
    """Send somebody to the provider's page."""
    openid = asked.parts.openid
    if openid is None:
        return trouble(asked, 404)
    if not doorway.is_from_here(asked):
        return sign_in_page(asked, status=419, problem=asked.word("sign_in.form_over"))
    trip = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    try:
        address = openid.where_to_ask(**trip)
    except NotProven:
        return _refused(asked, "openid_away", 503)
    sent = asked.field("kept")
    if kept_form(asked, sent):
        openid.waiting.put(trip["state"], sent)
    carried = {
        **trip,
        "next": doorway.local_address(asked.field("next")),
        "at": asked.parts.now(),
    }
    response = _onward(asked, address, "openid_onward")
    locked = asked.parts.vault.lock({"trip": carried}).decode()
    # Lax: it has to come along when the provider sends somebody back.
    doorway.set_cookie(asked, response, TRIP_COOKIE, locked, seconds=TRIP_SECONDS, strict=False)
    return response


def come_back(asked: Asked) -> Response:
    """Let in whom the provider knows, if there is an account of theirs."""
    openid, trip = asked.parts.openid, _trip(asked)
    if openid is None:
        return trouble(asked, 404)
    if trip is None or not secrets.compare_digest(
        trip["state"].encode(), asked.query("state").encode()
    ):
        return _refused(asked, "openid_over", 401)
    known = {"next": trip["next"], "kept": openid.waiting.take(trip["state"])}
    asked = replace(asked, form=known)
    if asked.query("error") or not asked.query("code"):
        return _refused(asked, "openid_refused", 401)
    try:
        person = openid.who(
            asked.query("code"),
            nonce=trip["nonce"],
            verifier=trip["verifier"],
            issuer=asked.query("iss"),
        )
    except NotProven:
        return _refused(asked, "openid_refused", 401)
    account = _account_of(asked, person)
    if account is None:
        return _refused(asked, "openid_stranger", 403)
    return _within(asked, after_first_factor(asked, account, "openid"))


def _account_of(asked: Asked, person: Person) -> Account | None:
    """By what the issuer calls them; the first time by e-mail, from then on never again."""
    accounts = asked.parts.accounts
    account = accounts.find_by_openid(person.issuer, person.subject)
    if account is None and person.email:
        account = accounts.find(person.email)
        if account and account.is_active:
            is_tied = accounts.tie_openid(account.id, person.issuer, person.subject)
            account = account if is_tied else None
    return account if account and account.is_active else None


def _within(asked: Asked, response: Response) -> Response:
    """Turn a redirect into a page that leads on.

    The provider's page began this request, so a browser would keep our strict cookies back on a
    redirect; it sends them along with what our own page begins.
    """
    if response.status_code == 303:
        page = _onward(asked, response.headers["location"], "openid_welcome")
        cookies = [header for header in response.raw_headers if header[0] == b"set-cookie"]
        page.raw_headers.extend(cookies)
        response = page
    doorway.drop_cookie(response, TRIP_COOKIE)
    return response


def _onward(asked: Asked, address: str, words: str) -> Response:
    return replace(asked, session=None).page(
        "sign_in/onward.html", address=address, text=asked.word(f"sign_in.{words}")
    )


def _refused(asked: Asked, words: str, status: int) -> Response:
    response = sign_in_page(asked, status=status, problem=asked.word(f"sign_in.{words}"))
    doorway.drop_cookie(response, TRIP_COOKIE)
    return response


def _trip(asked: Asked) -> dict[str, Any] | None:
    locked = asked.request.cookies.get(TRIP_COOKIE, "")
    try:
        trip: dict[str, Any] = asked.parts.vault.unlock(locked.encode())["trip"]
    except (SettingInvalid, KeyError, TypeError):
        return None
    is_old = trip["at"] < asked.parts.now() - TRIP_SECONDS
    return None if is_old else trip
