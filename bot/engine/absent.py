"""Stands in for TensorFlow and Keras, which Rasa imports everywhere but our pipeline never runs.

`install()` is called before the first import of rasa. Modules of these names then import as empty
ones whose attributes are placeholder classes, enough for class definitions and annotations; using
one for real work raises. It saves 2 GB on disk, half the load time and half the memory (ADR 0003).
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Sequence
from typing import Any

ABSENT = ("tensorflow", "tensorflow_hub", "tensorflow_text", "keras")


class _PlaceholderType(type):
    """A class for whatever attribute is asked for, so that `class X(tf.keras.Model)` works."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(name)

    def __getitem__(cls, item: object) -> type:
        return cls

    def __or__(cls, other: object) -> type:  # type: ignore[override]
        return cls


def _decorate_or_refuse(self: object, *arguments: Any, **options: Any) -> Any:
    if len(arguments) == 1 and not options and callable(arguments[0]):
        return arguments[0]
    raise RuntimeError("TensorFlow is left out of this environment (docs/adr/0003).")


def _placeholder(name: str) -> type:
    return _PlaceholderType(name, (), {"__call__": _decorate_or_refuse})


class _EmptyModule(types.ModuleType):
    __path__ = []  # noqa: RUF012 - it marks a package
    __version__ = "0"

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Let `import tensorflow` succeed; does nothing where the real one is installed."""
    if "tensorflow" in sys.modules or importlib.util.find_spec("tensorflow") is not None:
        return
    sys.meta_path.insert(0, _Finder())
