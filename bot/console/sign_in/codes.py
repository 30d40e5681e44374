"""The codes of a second factor: made, shown as a picture, checked, each taken once."""

from __future__ import annotations

import hmac
import re

import pyotp
import segno

from bot.store.sql.accounts import Account, Accounts

NAME = "Parlouvert"
"""What the app on the phone calls us."""
STEP = 30
AROUND = (-1, 0, 1)
"""Steps before and after now whose codes are taken: clocks differ, and typing takes time."""


def new_secret() -> str:
    """A secret that nobody has yet."""
    return pyotp.random_base32()


def picture(secret: str, email: str) -> str:
    """The secret as a QR code for the app on the phone, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=NAME)
    code = segno.make(address, error="m")
    return code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


def step_of(secret: str, code: str, now: float) -> int | None:
    """The time step whose code this is; None if it is no code of now.

    Args:
        secret: Of the second factor.
        code: As typed; blanks do not count.
        now: In seconds since 1970.
    """
    typed = re.sub(r"\s", "", code)
    totp, current = pyotp.TOTP(secret, interval=STEP), int(now) // STEP
    found = None
    for step in (current + around for around in AROUND):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def take_code(accounts: Accounts, account: Account, code: str, now: float) -> bool:
    """Whether a code is right and was not taken before."""
    secret = accounts.secret(account.id)
    step = step_of(secret, code, now) if secret else None
    return step is not None and accounts.use_step(account.id, step)
