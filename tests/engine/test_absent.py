"""TensorFlow's stand-in imports like the real one and refuses to work."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from bot.engine import absent

ROOT = Path(__file__).parents[2]


def test_rasa_imports_without_tensorflow() -> None:
    import rasa.core.agent
    import tensorflow

    assert rasa.core.agent.Agent is not None
    assert not hasattr(tensorflow, "__file__")


@pytest.mark.parametrize(
    "name", ["tensorflow", "tensorflow.keras.layers", "tensorflow_hub", "tensorflow_text", "keras"]
)
def test_absent_modules_import(name: str) -> None:
    assert importlib.import_module(name).__version__ == "0"


def test_other_missing_modules_are_still_missing() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("tensorflowish")


def test_attributes_serve_as_classes_annotations_and_decorators() -> None:
    tf = importlib.import_module("tensorflow")

    base, tensor = tf.keras.layers.Layer, tf.Tensor

    class Layer(base):  # type: ignore[misc, valid-type]
        """A class of ours over one that is absent."""

    def plain() -> int:
        return 7

    assert issubclass(Layer, base)
    assert tensor[int] is tensor
    assert tensor | None is tensor
    assert tf.function()(plain) is plain


def test_using_it_for_real_work_says_why_not() -> None:
    tf = importlib.import_module("tensorflow")
    with pytest.raises(RuntimeError, match="left out of this environment"):
        tf.constant()(1, 2)


@pytest.mark.parametrize("name", ["__nothing__", "__all__"])
def test_dunder_attributes_are_absent(name: str) -> None:
    tf = importlib.import_module("tensorflow")
    assert not hasattr(tf, name)
    assert not hasattr(tf.Tensor, "__nothing__")


def test_installing_twice_changes_nothing() -> None:
    before = list(sys.meta_path)
    absent.install()
    assert sys.meta_path == before


def test_installed_package_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("real = True\n", "utf-8")
    script = "from bot.engine import absent; absent.install(); import tensorflow; tensorflow.real"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"},
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0
