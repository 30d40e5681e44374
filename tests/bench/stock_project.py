"""Writes a stock Rasa project with our training examples: default pipeline and policies, one rule
and one response for each intent.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from bot.content.library import load_library
from tests.bench.children import ROOT

EPOCHS = int(os.environ.get("BENCH_STOCK_EPOCHS") or 100)
"""Enough for each part to converge. With our examples an epoch takes 35 to 115 seconds on two slow
cores, so a bench that must end today asks for fewer, and its table says so."""
CONFIG: dict[str, Any] = {
    # Word for word Rasa's own engine/recipes/config_files/default_config.yml, but the language.
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "fr",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {
            "name": "CountVectorsFeaturizer",
            "analyzer": "char_wb",
            "min_ngram": 1,
            "max_ngram": 4,
        },
        {"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": EPOCHS, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": EPOCHS},
        {
            "name": "TEDPolicy",
            "max_history": 5,
            "epochs": EPOCHS,
            "constrain_similarities": True,
        },
    ],
}
FALLBACK = "nlu_fallback"


def write_project(folder: Path) -> str:
    """Write config, domain, examples and rules; returns a fingerprint of them all."""
    shutil.copytree(ROOT / "nlu", folder / "data" / "nlu")
    intents = sorted({path.stem for path in (ROOT / "nlu").glob("*/*.yml")})
    _write(folder / "config.yml", CONFIG)
    _write(folder / "domain.yml", _domain(intents))
    _write(folder / "data" / "rules.yml", _rules([*intents, FALLBACK]))
    return _fingerprint(folder)


def _domain(intents: list[str]) -> dict[str, Any]:
    answers = load_library(ROOT).answers
    texts = {
        intent: answers[intent].languages["fr"].text if intent in answers else intent
        for intent in [*intents, FALLBACK]
    }
    return {
        "version": "3.1",
        "intents": intents,
        "responses": {f"utter_{intent}": [{"text": text}] for intent, text in texts.items()},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _rules(intents: list[str]) -> dict[str, Any]:
    return {
        "version": "3.1",
        "rules": [
            {"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]}
            for intent in intents
        ],
    }


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
