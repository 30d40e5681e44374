"""Passwords: which may be chosen, how they are kept and checked."""

from __future__ import annotations

import threading
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.console.sign_in.common_passwords import COMMON

LEAST, MOST = 12, 200
LEAST_DIFFERENT = 5
"""Different characters."""
AT_ONCE = 2
"""Passwords that are hashed at the same time: each takes 64 MB, and whoever asks pays nothing."""


class Passwords:
    """Keeps passwords with argon2, and takes as long to refuse a stranger as somebody known."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """How a password is kept."""
        with self._slots:
            return self._hasher.hash(_same_signs(password))

    def is_right(self, password: str, hashed: str | None) -> bool:
        """Whether this password was kept so; None, of an account without one, is never right."""
        with self._slots:
            nobody = self._nobody
            try:
                self._hasher.verify(hashed or nobody, _same_signs(password[: MOST + 1]))
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was kept with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def problem_with(password: str, email: str) -> str | None:
    """What keeps a password from being chosen; the end of a key of `words/accounts.yml`.

    Args:
        password: As it was typed.
        email: Of the account; a password must not be made of it.
    """
    folded = _same_signs(password).casefold().strip()
    name = email.strip().lower().split("@")[0]
    if len(password) < LEAST:
        return "password_short"
    if len(password) > MOST:
        return "password_long"
    if folded == email.strip().lower() or (len(name) > 3 and folded.strip("0123456789") == name):
        return "password_email"
    if folded in COMMON or len(set(folded)) < LEAST_DIFFERENT:
        return "password_common"
    return None


def _same_signs(password: str) -> str:
    """An accent is one sign, however the keyboard sends it."""
    return unicodedata.normalize("NFC", password)
