"""The scores as text, JSON and an HTML page with a confusion plot."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.engine.evaluation.scores import Judged, Scores, confusions

FIGURES = {
    "messages": "held-out messages",
    "accuracy": "right intent",
    "macro_f1": "macro F1",
    "topics_right": "right topic, in scope",
    "topics_right_or_offered": "right topic first or offered",
    "topics_refused": "in scope but refused",
    "off_topic_answered": "off topic but answered as if sure",
    "distress_recognised": "distress recognised",
    "false_alarms": "false alarms",
    "calibration_error": "calibration error",
}


def as_text(scores: Mapping[str, Scores], before: Mapping[str, Any] | None) -> str:
    """A table, one column a language; the change against the model before in brackets."""
    lines = [f"{'':36}" + "".join(f"{language:>18}" for language in scores)]
    for name, title in FIGURES.items():
        cells = []
        for language, figures in scores.items():
            value = getattr(figures, name)
            cell = str(value) if name == "messages" else f"{100 * value:.1f} %"
            old = (before or {}).get(language, {}).get(name)
            if old is not None and name != "messages":
                cell += f" ({100 * (value - old):+.1f})"
            cells.append(f"{cell:>18}")
        lines.append(f"{title:36}" + "".join(cells))
    return "\n".join(lines)


def confusion_lines(judged: Sequence[Judged], most: int = 15) -> str:
    """The commonest confusions, one a line."""
    rows = confusions(judged, most)
    return "\n".join(f"  {count:>3}  {expected} -> {given}" for expected, given, count in rows)


def as_json(scores: Mapping[str, Scores], judged: Sequence[Judged]) -> str:
    """Everything, for programs; texts are our own test questions."""
    return json.dumps(
        {
            "scores": {language: asdict(figures) for language, figures in scores.items()},
            "confusions": confusions(judged, 100),
            "mistakes": [asdict(one) for one in judged if not one.is_right],
        },
        ensure_ascii=False,
        indent=1,
    )


def write_page(path: Path, scores: Mapping[str, Scores], judged: Sequence[Judged]) -> None:
    """One self-contained page: the figures, the plot with its table, every mistake."""
    rows = "".join(
        f"<tr><th scope=row>{title}</th>"
        + "".join(f"<td>{_cell(name, getattr(figures, name))}</td>" for figures in scores.values())
        + "</tr>"
        for name, title in FIGURES.items()
    )
    heads = "".join(f"<th scope=col>{language}</th>" for language in scores)
    mistakes = "".join(
        f"<tr><td lang={one.language}>{html.escape(one.text)}</td><td>{one.expected}</td>"
        f"<td>{one.given}</td><td>{one.confidence:.2f}</td></tr>"
        for one in judged
        if not one.is_right
    )
    path.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title><style>"
        "body{font:16px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2rem .6rem;"
        "text-align:left}svg text{font-size:11px}</style><h1>Evaluation</h1>"
        f"<table><tr><td></td>{heads}</tr>{rows}</table><h2>Confusions</h2>{_plot(judged)}"
        "<h2>Every mistake</h2><table><tr><th>message<th>expected<th>given<th>sureness</tr>"
        f"{mistakes}</table></html>",
        "utf-8",
    )


def _cell(name: str, value: float) -> str:
    return str(value) if name == "messages" else f"{100 * value:.1f} %"


def _plot(judged: Sequence[Judged]) -> str:
    """Bars of the commonest confusions; the same numbers stand as text in the picture."""
    rows = confusions(judged, 25)
    if not rows:
        return "<p>None.</p>"
    widest = rows[0][2]
    bars = "".join(
        f"<text x=0 y={20 * n + 14}>{expected} → {given}</text>"
        f"<rect x=420 y={20 * n + 3} width={round(300 * count / widest)} height=14 fill=#2456a6 />"
        f"<text x={430 + round(300 * count / widest)} y={20 * n + 14}>{count}</text>"
        for n, (expected, given, count) in enumerate(rows)
    )
    return (
        f"<svg role=img aria-label='Commonest confusions, expected to given' width=780 "
        f"height={20 * len(rows) + 6}>{bars}</svg>"
    )
