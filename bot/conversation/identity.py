"""Who a conversation belongs to, without saying who: a keyed hash that nobody can turn back."""

from __future__ import annotations

import hashlib
import hmac


def conversation_id(key: bytes, platform: str, user: str, chat: str) -> str:
    """32 hexadecimal digits that stand for one person in one chat of one platform."""
    parts = (platform, user, chat)
    message = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (text.encode("utf-8", "surrogatepass") for text in parts)
    )
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


def file_token(key: bytes, conversation: str) -> str:
    """32 hexadecimal digits that name the file about a person; whoever knows them may fetch it."""
    message = b"file " + conversation.encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]
