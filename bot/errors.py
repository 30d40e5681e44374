"""Every error of our own. Each carries its fields and writes its own sentence."""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """The root of our errors; its text never holds message text, names or tokens."""


class SettingInvalid(BotError):
    """A setting is missing or wrong; the process stops and says what to do."""

    def __init__(self, name: str, advice: str) -> None:
        self.name = name
        self.advice = advice
        super().__init__(f"{name}: {advice}")


class StoreUnavailable(BotError):
    """Redis cannot be reached, or refused to write."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Redis is not available ({reason}).")


class EngineUnavailable(BotError):
    """No engine answered in time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"No engine answered within {seconds:g} s.")


class ModelRefused(BotError):
    """A model is missing, or is not the one whose hash was recorded when it was trained here."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"Model {path} was not loaded: {reason}. Run `make train`.")


class ReleaseRefused(BotError):
    """A release cannot be made or made live; what is live stays as it is."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"Release {name} was refused: {reason}.")


class ContentInvalid(BotError):
    """What staff wrote has problems; `problems` holds one sentence each, with path and line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class PlatformRefused(BotError):
    """A platform did not take a message."""

    def __init__(self, platform: str, reason: str, *, retry_after: float | None = None) -> None:
        self.platform = platform
        self.retry_after = retry_after
        super().__init__(f"{platform} refused a message ({reason}).")

    @property
    def retryable(self) -> bool:
        """Whether the same message may be sent again later."""
        return self.retry_after is not None
