"""Who may do what."""

from __future__ import annotations

from enum import Enum


class Permission(Enum):
    """What a page needs; every page names one."""

    PUBLIC = "public"
    """Anybody, also without an account."""
    SIGNED_IN = "signed_in"
    """Any account."""
    QUEUE = "queue"
    CONVERSATIONS = "conversations"
    HAND_OVER = "hand_over"
    VIEWS = "views"
    QUESTIONS = "questions"
    """What people asked in vain."""
    CONTENT = "content"
    INSIGHT = "insight"
    ACCOUNTS = "accounts"
    AUDIT = "audit"


P = Permission
ROLES: dict[str, frozenset[Permission]] = {
    "moderator": frozenset({P.QUEUE, P.CONVERSATIONS, P.HAND_OVER, P.VIEWS, P.QUESTIONS}),
    "editor": frozenset({P.CONTENT, P.QUESTIONS}),
    "analyst": frozenset({P.INSIGHT}),
    "admin": frozenset(P) - {P.PUBLIC, P.SIGNED_IN},
}


def may(role: str | None, permission: Permission) -> bool:
    """Whether a role may do something; None is somebody who is not signed in."""
    if permission is Permission.PUBLIC:
        return True
    if role is None:
        return False
    return permission is Permission.SIGNED_IN or permission in ROLES.get(role, frozenset())
