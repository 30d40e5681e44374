"""The scores as text, JSON and an HTML page with a confusion plot."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.engine.evaluation.scores import Judged, Scores

FIGURES = {
    "messages": "held-out messages",
    "accuracy": "right intent",
    "macro_f1": "macro F1",
    "topics_right": "right topic, in scope",
    "topics_right_or_offered": "right topic first or offered",
    "topics_refused": "in scope but refused",
    "off_topic_answered": "off topic but answered as if sure",
    "distress_recognised": "distress recognised",
    "false_alarms": "false alarms, all messages",
    "look_alikes_alarmed": "false alarms, look-alikes",
    "calibration_error": "calibration error",
}


NOT_A_SHARE = "messages"


@dataclass(frozen=True)
class Summary:
    """What is kept of an evaluation: no message, only figures."""

    scores: Mapping[str, Scores]
    right: Mapping[str, Mapping[str, Sequence[int]]]
    """Per language and intent: messages understood, messages in all."""
    confusions: Sequence[tuple[str, str, int]]


def read_summary(path: Path) -> Summary | None:
    """What `summary_json` wrote, or None where there is nothing of the kind."""
    try:
        data = json.loads(path.read_text("utf-8"))
        scores = {language: Scores(**figures) for language, figures in data["scores"].items()}
        return Summary(scores, data["right"], [tuple(row) for row in data["confusions"]])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def summary_json(summary: Summary) -> str:
    """The figures alone, for a file that is kept."""
    return json.dumps(_as_data(summary), ensure_ascii=False, indent=1) + "\n"


def as_json(summary: Summary, judged: Sequence[Judged]) -> str:
    """Everything, for programs; texts are our own test questions."""
    mistakes = [asdict(one) for one in judged if not one.is_right]
    return json.dumps(_as_data(summary) | {"mistakes": mistakes}, ensure_ascii=False, indent=1)


def _as_data(summary: Summary) -> dict[str, Any]:
    scores = {
        language: {
            name: value if name == NOT_A_SHARE else round(value, 4)
            for name, value in asdict(figures).items()
        }
        for language, figures in summary.scores.items()
    }
    return {"scores": scores, "right": summary.right, "confusions": summary.confusions}


def as_text(summary: Summary, published: Summary | None) -> str:
    """A table, one column a language; in brackets the change against the published model."""
    lines = [f"{'':36}" + "".join(f"{language:>18}" for language in summary.scores)]
    for name, title in FIGURES.items():
        cells = [_cell(language, name, summary, published) for language in summary.scores]
        lines.append(f"{title:36}" + "".join(f"{cell:>18}" for cell in cells))
    lines += ["", *changes(summary, published), "", "Commonest confusions:"]
    rows = summary.confusions[:15]
    lines += [f"  {count:>3}  {expected} -> {given}" for expected, given, count in rows]
    return "\n".join(lines)


def changes(summary: Summary, published: Summary | None) -> list[str]:
    """Sentences on what changed for people since the published model."""
    if published is None:
        return ["There is no published model to compare with."]
    lines = []
    if distress_fell(summary, published):
        lines.append("DISTRESS IS RECOGNISED LESS OFTEN THAN BEFORE. Do not publish this.")
    for language, counts in summary.right.items():
        before = published.right.get(language, {})
        worse = [
            f"{intent} ({before[intent][0]} -> {right} of {of})"
            for intent, (right, of) in counts.items()
            if intent in before and before[intent][1] == of and right < before[intent][0]
        ]
        lines.append(f"{language}: {len(worse)} intents are understood less often than published.")
        lines += [f"  {one}" for one in worse]
    return lines


def distress_fell(summary: Summary, published: Summary | None) -> bool:
    """Whether, in a language, fewer messages of people in distress are recognised."""
    return published is not None and any(
        figures.distress_recognised < published.scores[language].distress_recognised - 0.0001
        for language, figures in summary.scores.items()
        if language in published.scores
    )


def write_page(
    path: Path, summary: Summary, judged: Sequence[Judged], published: Summary | None
) -> None:
    """One self-contained page: the figures, what changed, the plot, every mistake."""
    rows = "".join(
        f"<tr><th scope=row>{title}</th>"
        + "".join(
            f"<td>{_cell(language, name, summary, published)}</td>" for language in summary.scores
        )
        + "</tr>"
        for name, title in FIGURES.items()
    )
    heads = "".join(f"<th scope=col>{language}</th>" for language in summary.scores)
    changed = "".join(f"<p>{html.escape(line)}</p>" for line in changes(summary, published))
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
        f"<table><tr><td></td>{heads}</tr>{rows}</table><h2>Against the published model</h2>"
        f"{changed}<h2>Confusions</h2>{_plot(summary.confusions[:25])}"
        "<h2>Every mistake</h2><table><tr><th>message<th>expected<th>given<th>sureness</tr>"
        f"{mistakes}</table></html>",
        "utf-8",
    )


def _cell(language: str, name: str, summary: Summary, published: Summary | None) -> str:
    value = getattr(summary.scores[language], name)
    if name == NOT_A_SHARE:
        return str(value)
    before = published.scores.get(language) if published else None
    change = f" ({100 * (value - getattr(before, name)):+.1f})" if before else ""
    return f"{100 * value:.1f} %{change}"


def _plot(rows: Sequence[tuple[str, str, int]]) -> str:
    """Bars of the commonest confusions; the same numbers stand as text in the picture."""
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
