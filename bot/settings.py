"""Settings, read once from the environment by each process; a wrong one stops it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingInvalid

TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")

LOOPBACK = ("localhost", "127.0.0.1", "::1")
OPENID = {
    "BOT_OIDC_CLIENT_ID": "set it to the id that the provider gave this console",
    "BOT_OIDC_CLIENT_SECRET": "set it to the secret that the provider gave this console",
    "BOT_CONSOLE_PUBLIC_URL": "the provider has to send people back: set it to the console's "
    "address, without /console",
}
"""What a provider of OpenID Connect needs, and what to do where it is missing."""


class Secret:
    """A value that never prints."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself; for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')"

    __str__ = __repr__


@dataclass(frozen=True)
class OpenIdSettings:
    """A provider of OpenID Connect that staff sign in to the console with."""

    issuer: str
    client_id: str
    client_secret: Secret
    public_url: str
    """How people reach the console; the provider sends them back there."""
    is_only_way: bool
    """Whether nobody signs in with a password."""


@dataclass(frozen=True)
class Settings:
    """All settings of all processes; see `.env.example` for what each means."""

    data_dir: Path
    content_dir: Path
    http_host: str
    http_port: int
    console_host: str
    console_port: int
    console_url: str
    console_public_url: str
    openid: OpenIdSettings | None
    redis_url: str
    database_url: str
    key_file: Path
    is_key_file_ours: bool
    engine_workers: int
    transcript_days: int
    rejected_days: int
    views_days: int
    results_minutes: int
    handover_minutes: int
    telegram_token: Secret
    telegram_api_url: str
    telegram_mode: str
    telegram_webhook_url: str
    telegram_webhook_secret: Secret
    discord_token: Secret
    discord_api_url: str
    discord_gateway_url: str

    @property
    def models_dir(self) -> Path:
        """Where trained models and their manifests rest."""
        return self.data_dir / "models"

    def require_redis(self) -> str:
        """The address of Redis, for every process but `run`, which starts its own."""
        if not self.redis_url:
            raise SettingInvalid(
                "BOT_REDIS_URL", "set it to Redis's address, for example redis://127.0.0.1:6379/0"
            )
        return self.redis_url

    def require_telegram(self) -> Secret:
        """The Telegram token; webhook mode needs its address and secret too."""
        if not self.telegram_token:
            raise SettingInvalid(
                "TELEGRAM_BOT_TOKEN", "set it to the token that BotFather gave you"
            )
        if self.telegram_mode == "webhook":
            if not self.telegram_webhook_url:
                raise SettingInvalid(
                    "TELEGRAM_WEBHOOK_URL", "webhook mode needs the address Telegram shall call"
                )
            if not TELEGRAM_SECRET.fullmatch(self.telegram_webhook_secret.reveal()):
                raise SettingInvalid(
                    "TELEGRAM_WEBHOOK_SECRET",
                    "webhook mode needs 16 to 256 characters of A-Z a-z 0-9 _ -",
                )
        return self.telegram_token

    def require_discord(self) -> Secret:
        """The Discord token."""
        if not self.discord_token:
            raise SettingInvalid(
                "DISCORD_BOT_TOKEN", "set it to the token from the Discord developer portal"
            )
        return self.discord_token


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting.

    Raises:
        SettingInvalid: naming the first setting that is wrong and what to do about it.
    """
    data_dir = Path(environ.get("BOT_DATA_DIR") or "var")
    key_file = environ.get("BOT_KEY_FILE")
    mode = environ.get("TELEGRAM_MODE") or "polling"
    if mode not in ("polling", "webhook"):
        raise SettingInvalid("TELEGRAM_MODE", "say `polling` or `webhook`")
    return Settings(
        data_dir=data_dir,
        content_dir=Path(environ.get("BOT_CONTENT_DIR") or "."),
        http_host=environ.get("BOT_HTTP_HOST") or "127.0.0.1",
        http_port=_whole_number(environ, "BOT_HTTP_PORT", default=8080, least=1, most=65535),
        console_host=environ.get("BOT_CONSOLE_HOST") or "127.0.0.1",
        console_port=_whole_number(environ, "BOT_CONSOLE_PORT", default=8081, least=1, most=65535),
        console_url=_address(environ, "BOT_CONSOLE_URL", ("http", "https")),
        console_public_url=_address(environ, "BOT_CONSOLE_PUBLIC_URL", ("http", "https")),
        openid=_openid(environ),
        redis_url=_address(environ, "BOT_REDIS_URL", ("redis", "rediss", "unix", "redis+cluster")),
        database_url=environ.get("BOT_DATABASE_URL") or "",
        key_file=Path(key_file) if key_file else data_dir / "key.json",
        is_key_file_ours=not key_file,
        engine_workers=_whole_number(environ, "BOT_ENGINE_WORKERS", default=1, least=1, most=64),
        transcript_days=_whole_number(
            environ, "BOT_TRANSCRIPT_DAYS", default=30, least=1, most=365
        ),
        rejected_days=_whole_number(environ, "BOT_REJECTED_DAYS", default=30, least=1, most=365),
        views_days=_whole_number(environ, "BOT_VIEWS_DAYS", default=730, least=1, most=3650),
        results_minutes=_whole_number(
            environ, "BOT_RESULTS_MINUTES", default=10, least=0, most=1440
        ),
        handover_minutes=_whole_number(
            environ, "BOT_HANDOVER_MINUTES", default=15, least=1, most=240
        ),
        telegram_token=Secret(environ.get("TELEGRAM_BOT_TOKEN", "").strip()),
        telegram_api_url=_address(
            environ, "TELEGRAM_API_URL", ("http", "https"), "https://api.telegram.org"
        ),
        telegram_mode=mode,
        telegram_webhook_url=_address(environ, "TELEGRAM_WEBHOOK_URL", ("http", "https")),
        telegram_webhook_secret=Secret(environ.get("TELEGRAM_WEBHOOK_SECRET", "")),
        discord_token=Secret(environ.get("DISCORD_BOT_TOKEN", "").strip()),
        discord_api_url=_address(
            environ, "DISCORD_API_URL", ("http", "https"), "https://discord.com/api/v10"
        ),
        discord_gateway_url=_address(
            environ, "DISCORD_GATEWAY_URL", ("ws", "wss"), "wss://gateway.discord.gg/"
        ),
    )


def _openid(environ: Mapping[str, str]) -> OpenIdSettings | None:
    """The provider, if there is one; then all that belongs to it has to be there."""
    issuer = _address(environ, "BOT_OIDC_ISSUER", ("http", "https"))
    is_only_way = _yes_or_no(environ, "BOT_OIDC_ONLY")
    values = {name: environ.get(name, "").strip() for name in OPENID}
    if not issuer:
        if is_only_way:
            raise SettingInvalid(
                "BOT_OIDC_ISSUER", "nobody could sign in: give the provider's address"
            )
        return None
    if urlsplit(issuer).scheme != "https" and urlsplit(issuer).hostname not in LOOPBACK:
        raise SettingInvalid("BOT_OIDC_ISSUER", "it must be an address that begins with https://")
    for name, value in values.items():
        if not value:
            raise SettingInvalid(name, OPENID[name])
    return OpenIdSettings(
        issuer=issuer,
        client_id=values["BOT_OIDC_CLIENT_ID"],
        client_secret=Secret(values["BOT_OIDC_CLIENT_SECRET"]),
        public_url=_address(environ, "BOT_CONSOLE_PUBLIC_URL", ("http", "https")),
        is_only_way=is_only_way,
    )


def _yes_or_no(environ: Mapping[str, str], name: str) -> bool:
    text = (environ.get(name) or "no").strip()
    if text not in ("yes", "no"):
        raise SettingInvalid(name, "say `yes` or `no`")
    return text == "yes"


def _whole_number(
    environ: Mapping[str, str], name: str, *, default: int, least: int, most: int
) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise SettingInvalid(name, f"it must be a whole number from {least} to {most}")
    return int(text)


def _address(
    environ: Mapping[str, str], name: str, schemes: tuple[str, ...], default: str = ""
) -> str:
    text = (environ.get(name) or default).strip()
    if not text:
        return ""
    try:
        is_right = urlsplit(text).scheme in schemes
    except ValueError:
        is_right = False
    if not is_right:
        wanted = " or ".join(f"{scheme}://" for scheme in schemes)
        raise SettingInvalid(name, f"it must be an address that begins with {wanted}")
    return text.rstrip("/") if schemes[0] == "http" else text
