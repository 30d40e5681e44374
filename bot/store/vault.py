"""The key file: keeps whatever rests encrypted, and the key that conversation ids are made with."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingInvalid

LEAST_KEY_BYTES = 16


class Vault:
    """Encrypts JSON with the newest key and reads what any key of the file wrote."""

    def __init__(self, identity_key: bytes, encryption_keys: list[str]) -> None:
        self.identity_key = identity_key
        self._fernet = MultiFernet([Fernet(key) for key in encryption_keys])

    def lock(self, value: Any) -> bytes:
        """Encrypt a JSON value."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._fernet.encrypt(plain.encode("utf-8", "surrogatepass"))

    def mark(self, text: str) -> str:
        """A keyed hash that tells whether a text came before, and nothing else."""
        message = b"mark " + text.encode("utf-8", "surrogatepass")
        return hmac.new(self.identity_key, message, hashlib.sha256).hexdigest()[:32]

    def unlock(self, token: bytes) -> Any:
        """Decrypt what `lock` wrote.

        Raises:
            SettingInvalid: the key file is not the one this was written with.
        """
        try:
            return json.loads(self._fernet.decrypt(token))
        except InvalidToken as error:
            raise SettingInvalid(
                "BOT_KEY_FILE", "this is not the key the stored data was encrypted with"
            ) from error


def open_vault(path: Path, *, create: bool = False) -> Vault:
    """Read the key file; make one first when asked to and there is none.

    Raises:
        SettingInvalid: it is missing or not readable as a key file.
    """
    if create and not path.exists():
        _create(path)
    try:
        data = json.loads(path.read_text("utf-8"))
        identity_key = bytes.fromhex(data["identity"])
        if len(identity_key) < LEAST_KEY_BYTES:
            raise ValueError("whoever guesses the identity key knows who a conversation belongs to")
        return Vault(identity_key, list(data["encryption"]))
    except FileNotFoundError as error:
        raise SettingInvalid(
            "BOT_KEY_FILE", "there is no such file; make one with `python -m bot keygen FILE`"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingInvalid("BOT_KEY_FILE", "this file cannot be read as a key file") from error


def _create(path: Path) -> None:
    """Write a new key file that only its owner can read, all at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = {"identity": secrets.token_hex(32), "encryption": [Fernet.generate_key().decode()]}
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(keys, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
