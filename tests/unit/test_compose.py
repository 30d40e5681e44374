"""docker-compose.yml, Dockerfiles, .dockerignore and .env.example: what they must never lose."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.__main__ import VERBS
from bot.content.fingerprints import ALSO_TRAINED_FROM
from bot.settings import read_settings
from tests.unit.compose_file import (
    COMPOSE_FILE,
    DOCKERFILES,
    ENV_EXAMPLE,
    ROOT,
    VariableMissing,
    environment_of_image,
    instructions,
    last_stage,
    read_compose,
    read_env_example,
    variables_in_compose,
)

COMPOSE: dict[str, Any] = read_compose({"REDIS_PASSWORD": "secret"})
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)
each_dockerfile = pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)

OPTIONAL = {"telegram", "discord", "postgres"}
ONLY_COMPOSE_READS = {"REDIS_PASSWORD", "POSTGRES_PASSWORD", "COMPOSE_PROFILES"}
ONLY_MAKE_RUN_READS = {"BOT_DATA_DIR", "BOT_REDIS_URL"}
"""Both are fixed inside the containers."""


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def settings_read(values: dict[str, str]) -> set[str]:
    """Every name that `read_settings` looks for."""
    asked = Asked(values)
    read_settings(asked)
    return asked.names


# docker-compose.yml


def test_compose_file_fits_the_schema() -> None:
    schema = yaml.safe_load((ROOT / "tests/unit/compose_schema.yml").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(COMPOSE, schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("path", [COMPOSE_FILE, ROOT / "tests/unit/compose_schema.yml"])
def test_no_key_stands_twice(path: Path) -> None:
    """PyYAML would silently take the last."""
    waiting = [yaml.compose(path.read_text("utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), node.start_mark
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def test_services_are_those_of_the_design_and_chat_platforms_are_optional() -> None:
    assert set(SERVICES) == {"redis", "engine", "trainer", "recorder", "console", "web"} | OPTIONAL
    profiles = {name: service.get("profiles") for name, service in SERVICES.items()}
    assert profiles == {name: [name] if name in OPTIONAL else None for name in SERVICES}


def test_compose_file_insists_on_a_password_for_redis() -> None:
    with pytest.raises(VariableMissing, match="REDIS_PASSWORD"):
        read_compose({})


@each_service
def test_service_is_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["pids_limit"] > 0
    assert service["mem_limit"]
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])
    # Without a mode, a folder that exists in the image passes its own on, and root owns it.
    assert all("mode=1777" in mount and "size=" in mount for mount in service["tmpfs"])


@each_service
def test_service_runs_as_a_user_without_rights(name: str) -> None:
    service = SERVICES[name]
    if "build" in service:
        dockerfile = ROOT / service["build"]["dockerfile"]
        user = [rest for word, rest in last_stage(dockerfile) if word == "USER"][-1]
    else:
        user = service["user"]
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", user)


@each_of_ours
def test_health_is_asked_of_the_very_process_that_runs(name: str) -> None:
    service = SERVICES[name]
    assert service["command"] == ["python", "-m", "bot", name]
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "bot", "alive", name]
    assert {name, "alive"} <= set(VERBS)


@each_of_ours
def test_service_waits_until_what_it_needs_is_healthy(name: str) -> None:
    needed = SERVICES[name]["depends_on"]
    assert needed["redis"] == {"condition": "service_healthy"}
    assert all(one["condition"] == "service_healthy" for one in needed.values())
    assert all(not one.get("required", True) for other, one in needed.items() if other in OPTIONAL)


def test_only_web_publishes_and_only_on_loopback_unless_told() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8080:8080"]}


def test_only_doors_reach_the_internet_and_only_recorder_and_console_the_record() -> None:
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    assert networks == {
        "redis": {"inside"},
        "engine": {"inside"},
        "trainer": {"inside"},
        "console": {"inside", "record"},
        "recorder": {"inside", "record"},
        "postgres": {"record"},
        "web": {"inside", "outside"},
        "telegram": {"inside", "outside"},
        "discord": {"inside", "outside"},
    }
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    assert internal == {"inside", "record"}


def test_each_service_gets_only_the_tokens_it_uses() -> None:
    holders: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for variable in service.get("environment", {}):
            holders.setdefault(variable, set()).add(name)
    assert holders["TELEGRAM_BOT_TOKEN"] == {"web", "telegram"}
    assert holders["DISCORD_BOT_TOKEN"] == {"discord"}
    assert holders["BOT_DATABASE_URL"] == {"recorder", "console"}
    assert holders["BOT_OIDC_CLIENT_SECRET"] == {"console"}
    assert holders["BOT_KEY_FILE"] == set(OURS)


def test_redis_keeps_messages_through_a_restart_and_never_drops_them() -> None:
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--requirepass"] == "secret"
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


@each_service
def test_volumes_networks_and_secrets_are_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert {mount.split(":")[0] for mount in service.get("volumes", ())} <= set(COMPOSE["volumes"])
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])


def test_images_have_a_tag_other_than_latest() -> None:
    tags = {service["image"].partition(":")[2] for service in SERVICES.values()}
    froms = [rest for path in DOCKERFILES for word, rest in instructions(path) if word == "FROM"]
    bases = {rest.split()[0] for rest in froms if ":" in rest}
    tags |= {base.partition(":")[2] for base in bases}
    assert "latest" not in tags
    assert bases == {"python:3.10-slim-bookworm", "python:3.12-slim-bookworm"}


# Settings


def test_every_variable_of_our_services_is_a_setting() -> None:
    given = {variable for service in OURS.values() for variable in service["environment"]}
    assert given <= settings_read({})


def test_every_setting_can_be_set_in_compose() -> None:
    given = {variable for service in OURS.values() for variable in service["environment"]}
    settable = given | variables_in_compose()
    assert settings_read({}) - settable == ONLY_MAKE_RUN_READS - given


def test_env_example_names_every_setting_and_variable_and_no_other() -> None:
    named = set(read_env_example())
    assert named == settings_read({}) | variables_in_compose() | ONLY_COMPOSE_READS


def test_env_example_as_it_stands_changes_nothing() -> None:
    as_it_stands, empty = read_settings(read_env_example()), read_settings({})
    differences = [
        field
        for field in vars(empty)
        if str(getattr(as_it_stands, field)) != str(getattr(empty, field))
    ]
    assert differences == []
    assert not as_it_stands.telegram_token
    assert not as_it_stands.discord_token


def test_each_line_of_env_example_is_explained_by_the_one_above() -> None:
    lines = ENV_EXAMPLE.read_text("utf-8").splitlines()
    for above, line in pairwise(lines):
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Z_]+=[\w./]*", line), "make keeps quotes and blanks"
            assert re.match(r"# [a-zA-Z0-9].*\.$|# .*openssl", above), line


def test_driver_for_postgres_is_in_the_lock() -> None:
    assert "postgresql+psycopg://" in ENV_EXAMPLE.read_text("utf-8")
    assert "\npsycopg==" in (ROOT / "requirements/services.txt").read_text("utf-8")


# Dockerfiles


def test_each_image_of_compose_has_its_dockerfile_and_the_reverse() -> None:
    named = {ROOT / service["build"]["dockerfile"] for service in OURS.values()}
    assert named == set(DOCKERFILES)
    by_image = {(one["image"], one["build"]["dockerfile"]) for one in OURS.values()}
    assert len(by_image) == len(named)


@each_dockerfile
def test_everything_is_installed_with_hashes_from_its_own_lock(path: Path) -> None:
    text = "\n".join(rest for word, rest in instructions(path) if word == "RUN")
    installs = re.findall(r"pip install [^&]*", text)
    assert installs
    assert all("--require-hashes" in install for install in installs)
    # Nothing is built with tools that pip would fetch without a hash.
    assert all(
        "--only-binary :all:" in one or "--no-build-isolation" in one or "first.txt" in one
        for one in installs
    )
    lock = "engine.txt" if path.stem.startswith("engine") else "services.txt"
    assert lock in text
    assert not re.search(r"curl|wget|\buv\b", text)
    packages = re.findall(r"apt-get install ([^&]*)", text)
    wanted = ["--yes --no-install-recommends git"] if path.stem.startswith("console") else []
    assert [each.strip() for each in packages] == wanted


@each_dockerfile
def test_final_stage_installs_nothing_and_ends_without_rights(path: Path) -> None:
    stage = last_stage(path)
    assert not any("pip" in rest or "apt" in rest for word, rest in stage if word == "RUN")
    assert not any(word in ("ADD", "EXPOSE", "VOLUME", "ARG") for word, _ in stage)
    words = [word for word, _ in stage]
    after_user = words[words.index("USER") + 1 :]
    assert after_user == ["CMD"]


def test_engine_image_holds_the_model_that_was_trained_in_its_build_without_network() -> None:
    path = ROOT / "images/engine.Dockerfile"
    training = [rest for word, rest in instructions(path) if "bot train" in rest]
    assert training == ["--network=none python -m bot train"]
    models = [rest for word, rest in last_stage(path) if word == "COPY" and "models" in rest]
    assert models == ["--from=train --chown=10001:10001 /app/var/models var/models"]


@pytest.mark.parametrize("image", ["engine", "console"])
def test_images_that_compare_fingerprints_hold_all_that_these_cover(image: str) -> None:
    copied = [
        rest for word, rest in last_stage(ROOT / f"images/{image}.Dockerfile") if word == "COPY"
    ]
    for folder in {name.split("/")[0] for name in ALSO_TRAINED_FROM}:
        assert any(re.search(rf"(^|/| ){folder}/? *", rest) for rest in copied), folder


def test_engine_writes_no_model_and_only_the_trainer_and_the_console_do() -> None:
    mounts = {
        name: mount
        for name, service in SERVICES.items()
        for mount in service.get("volumes", ())
        if mount.startswith("models:")
    }
    assert mounts == {
        "engine": "models:/app/var/models:ro",
        "trainer": "models:/app/var/models",
        "console": "models:/app/var/models",
    }


def test_trainer_reads_drafts_and_never_writes_what_staff_wrote() -> None:
    mounts = SERVICES["trainer"]["volumes"]
    assert {"draft:/app/var/draft:ro", "content:/app/content:ro"} <= set(mounts)
    assert not any(mount.startswith("record:") for mount in mounts)


def test_first_step_of_the_engine_takes_the_build_tools_from_the_lock() -> None:
    lock = (ROOT / "requirements/engine.txt").read_text("utf-8")
    blocks = re.findall(r"^(?:setuptools|wheel)==\S+ \\\n(?:    --hash=\S+(?: \\)?\n)+", lock, re.M)
    assert len(blocks) == 2, "engine.Dockerfile cuts these two out of the lock"


def test_images_get_what_dockerignore_names_and_nothing_secret() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {
        source
        for path in DOCKERFILES
        for word, rest in instructions(path)
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
        if not source.startswith("--")
    }
    locks = {source for source in copied if source.startswith("requirements/")}
    assert allowed == (copied - locks) | {"requirements"}
    assert all((ROOT / name).exists() for name in allowed)


def test_what_git_must_not_hold_is_named() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {".env", "secrets/", "var/"} <= set(ignored)
    assert COMPOSE["secrets"]["key"]["file"].startswith("./secrets/")
    assert COMPOSE_FILE.name == "docker-compose.yml"


async def test_people_behind_the_proxy_have_addresses_of_their_own() -> None:
    """Wrong passwords lock an address out: not everybody's."""
    image = environment_of_image(ROOT / "images/services.Dockerfile")
    trusted = image["FORWARDED_ALLOW_IPS"]
    seen: list[tuple[str, str]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["client"][0], scope["scheme"]))

    web = ProxyHeadersMiddleware(app, trusted_hosts=trusted)
    said = [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.9"), (b"x-forwarded-proto", b"https")]
    for peer in ("172.18.0.1", "203.0.113.50"):
        scope = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": said}
        await web(scope, None, None)  # type: ignore[arg-type]
    assert seen == [("203.0.113.9", "https"), ("203.0.113.50", "http")]
