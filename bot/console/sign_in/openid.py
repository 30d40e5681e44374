"""Sign-in by OpenID Connect: asks the provider who somebody is, and believes only what it signed.

The code flow with PKCE, state and nonce; the provider's addresses and keys come from its discovery
document.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.console.sign_in.waiting import Waiting
from bot.errors import BotError
from bot.settings import OpenIdSettings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures by a key that only the provider has: never `none`, never a shared secret."""
WITHIN = httpx.Timeout(5.0)
REMEMBERED_SECONDS = 3600.0
LEEWAY = 120
"""Seconds by which clocks may differ."""
DISCOVERY = "/.well-known/openid-configuration"


class NotProven(BotError):
    """The provider does not answer, or its answer proves nothing."""


@dataclass(frozen=True)
class Person:
    """Who the provider says somebody is."""

    issuer: str
    subject: str
    """What the issuer calls them, for ever."""
    email: str | None
    """In small letters; only an address that the provider has verified."""


@dataclass(frozen=True)
class Provider:
    """What the discovery document says, and the keys."""

    about: Mapping[str, Any]
    keys: KeySet
    at: float


class OpenId:
    """One provider."""

    def __init__(
        self,
        settings: OpenIdSettings,
        *,
        now: Callable[[], float] = time.time,
        client: httpx.Client | None = None,
    ) -> None:
        self._settings = settings
        self._now = now
        self._client = client or httpx.Client(timeout=WITHIN, follow_redirects=False)
        self._provider: Provider | None = None
        self.is_only_way = settings.is_only_way
        """Whether nobody signs in with a password."""
        self.waiting = Waiting()
        self.return_address = f"{settings.public_url}/console/openid/back"

    def where_to_ask(self, *, state: str, nonce: str, verifier: str) -> str:
        """The provider's page for somebody who wants to sign in.

        Args:
            state: Comes back with the answer.
            nonce: Stands in what the provider signs.
            verifier: Of PKCE; only its hash goes along.

        Raises:
            NotProven: the provider does not answer.
        """
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self.return_address,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = str(self._get_provider().about["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def who(self, code: str, *, nonce: str, verifier: str, issuer: str = "") -> Person:
        """Who somebody is that came back with a code.

        Args:
            code: The provider's, for one use.
            nonce: As when we asked.
            verifier: As when we asked.
            issuer: Whom the answer says it comes from, if it does.

        Raises:
            NotProven: the provider refuses the code, or what it signed is not for us, not of now,
                or not signed by it.
        """
        provider = self._get_provider()
        if issuer and issuer != provider.about["issuer"]:
            raise NotProven("The answer comes from another provider.")
        tokens = self._fetch_tokens(provider, code, verifier)
        claims = self._check(provider, str(tokens.get("id_token", "")), nonce, tokens)
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Person(
            issuer=str(claims["iss"]),
            subject=str(claims["sub"]),
            email=email.strip().lower() if isinstance(email, str) else None,
        )

    def _fetch_tokens(self, provider: Provider, code: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_address,
            "code_verifier": verifier,
        }
        id, secret = self._settings.client_id, self._settings.client_secret.reveal()
        ways = provider.about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        proof: httpx.Auth = httpx.BasicAuth(quote(id, safe=""), quote(secret, safe=""))
        if "client_secret_basic" not in ways:
            form |= {"client_id": id, "client_secret": secret}
            proof = httpx.Auth()
        try:
            answer = self._client.post(
                str(provider.about["token_endpoint"]),
                data=form,
                auth=proof,
                headers={"Accept": "application/json"},
            )
            answer.raise_for_status()
            return dict(answer.json())
        except (httpx.HTTPError, ValueError, TypeError) as error:
            raise NotProven("The provider did not take the code.") from error

    def _check(
        self, provider: Provider, token: str, nonce: str, tokens: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        try:
            try:
                signed = jwt.decode(token, provider.keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):  # the provider may have new keys
                fresh = self._get_provider(is_fresh=True)
                signed = jwt.decode(token, fresh.keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                {
                    "iss": {"essential": True, "value": provider.about["issuer"]},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "nonce": {"essential": True, "value": nonce},
                    "sub": {"essential": True},
                },
                {
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=int(self._now()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as error:
            raise NotProven("The provider's signature proves nothing.") from error
        return dict(claims)

    def _get_provider(self, *, is_fresh: bool = False) -> Provider:
        known = self._provider
        if known and not is_fresh and self._now() - known.at < REMEMBERED_SECONDS:
            return known
        try:
            about = self._get(self._settings.issuer + DISCOVERY)
            if str(about["issuer"]).rstrip("/") != self._settings.issuer:
                raise NotProven("The discovery document is another provider's.")
            keys = KeySet.import_key_set(self._get(str(about["jwks_uri"])))  # type: ignore[arg-type]
            str(about["authorization_endpoint"]), str(about["token_endpoint"])
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise NotProven("The provider does not answer as it should.") from error
        self._provider = Provider(about, keys, self._now())
        return self._provider

    def _get(self, address: str) -> dict[str, Any]:
        answer = self._client.get(address)
        answer.raise_for_status()
        return dict(answer.json())
