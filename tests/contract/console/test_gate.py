"""The door to every page: signed in, allowed, with a form of one's own."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from bot.console.parts import Parts
from tests.contract.console.conftest import SignIn


def test_nobody_gets_in_without_signing_in(sign_in: SignIn) -> None:
    answer = sign_in(None).get("/console/")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_that_is_not_there_says_so_in_the_language_of_the_reader(
    sign_in: SignIn, parts: Parts, language: str
) -> None:
    answer = sign_in("admin", language=language).get("/console/nowhere")
    assert answer.status_code == 404
    assert parts.words.get("trouble.title_404", language) in answer.text
    assert f'<html lang="{language}">' in answer.text


def test_policy_allows_nothing_inline_and_nothing_from_elsewhere(sign_in: SignIn) -> None:
    client: TestClient = sign_in("admin")
    policy = client.get("/console/nowhere").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "http" not in policy
