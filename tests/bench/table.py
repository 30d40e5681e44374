"""The table of `make bench`: the figures of design.md section 6, and what to reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

Results = Mapping[str, Mapping[str, Mapping[str, Any]]]
Numbers = tuple[float | None, float | None]
"""Ours and stock's."""

TURN_EARLY, TURN_LATE, LATE_TO_EARLY = 5.0, 50.0, 1.2
CROWD, LOADING, MEMORY, TRAINING = 8.0, 0.25, 0.7, 0.1
POINTS_ABOVE, POINTS_BETWEEN = 15.0, 2.0
VOTES, GROUPS = 200.0, 1.0
PAGE = 200.0
QUICK_PAGES = ("queue", "conversations", "search", "search_rare", "transcript")

KINDS = {"new": "", "repeats": ", questions that repeat"}


@dataclass(frozen=True)
class Row:
    """One figure; a number that could not be measured is None."""

    figure: str
    unit: str
    ours: float | None
    stock: float | None = None
    compared: str = ""
    """Ours against stock, in words."""
    to_reach: str = ""
    is_reached: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def rows(results: Results) -> list[Row]:
    """One row a figure, for the parts that were measured."""
    makers = {
        "turns": _turn_rows,
        "load": _crowd_rows,
        "size": _size_rows,
        "train": _training_rows,
        "accuracy": _accuracy_rows,
        "votes": _vote_rows,
        "groups": _group_rows,
        "console": _console_rows,
        "publishing": _publishing_rows,
    }
    return [
        row
        for part, make in makers.items()
        if any(part in bot for bot in results.values())
        for row in make(_Pair(results, part))
    ]


class _Pair:
    """Looks up a number of one part in both bots' results."""

    def __init__(self, results: Results, part: str) -> None:
        self._results = results
        self._part = part

    def of(self, name: str, *keys: str) -> Any:
        found: Any = self._results.get(name, {}).get(self._part, {})
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def both(self, *keys: str) -> Numbers:
        return self.of("ours", *keys), self.of("stock", *keys)


def _turn_rows(pair: _Pair) -> Iterator[Row]:
    for kind, note in KINDS.items():
        early = pair.both(kind, "early_milliseconds")
        late = pair.both(kind, "late_milliseconds")
        yield _faster(f"median turn, turns 5-15{note}", "ms", early, TURN_EARLY)
        yield _faster(f"median turn, turns 490-500{note}", "ms", late, TURN_LATE)
        growth = _share(late[0], early[0]), _share(late[1], early[1])
        yield _at_most(f"the same, late to early{note}", "", growth, LATE_TO_EARLY)
        yield _no_errors(f"turns without a reply{note}", pair.both(kind, "errors"))


def _crowd_rows(pair: _Pair) -> Iterator[Row]:
    for kind, note in KINDS.items():
        yield _more(f"turns a second, 50 at once{note}", pair.both(kind, "turns_a_second"), CROWD)
        yield _no_errors(f"turns without a reply{note}", pair.both(kind, "errors"))
        yield Row(f"median wait among the 50{note}", "ms", *pair.both(kind, "median_milliseconds"))


def _size_rows(pair: _Pair) -> Iterator[Row]:
    load, memory = pair.both("seconds_to_first_reply"), pair.both("engine_megabytes")
    yield _part_of("engine: start to first reply", "s", load, LOADING)
    yield _part_of("engine: resident memory", "MB", memory, MEMORY)
    yield Row("all its processes but Valkey", "MB", *pair.both("all_processes_megabytes"))


def _training_rows(pair: _Pair) -> Iterator[Row]:
    is_niced = bool(pair.of("stock", "niceness"))
    notes = ["earlier run"] * bool(pair.of("stock", "is_from_earlier_run"))
    notes += ["low priority"] * is_niced
    epochs = pair.of("stock", "epochs")
    notes += [f"{epochs} of its 100 epochs"] * (epochs not in (None, 100))
    note = f" (stock: {', '.join(notes)})" if notes else ""
    fresh = pair.both("seconds")
    again = pair.of("ours", "again", "seconds"), fresh[1]
    for figure, seconds in ((f"training{note}", fresh), ("the same with our vector cache", again)):
        row = _part_of(figure, "s", seconds, TRAINING)
        # A process of low priority waits for the others: its time proves nothing.
        yield replace(row, is_reached=None) if is_niced else row
    yield _part_of("training: processor time", "s", pair.both("processor_seconds"), TRAINING)


def _accuracy_rows(pair: _Pair) -> Iterator[Row]:
    kinds = {"right": "right answer", "right_without_fallback": "likeliest intent is right"}
    for key, title in kinds.items():
        french, english = (_percents(pair.both(language, key)) for language in ("fr", "en"))
        yield _points_above(f"{title}, fr", french)
        yield _points_above(f"{title}, en", english)
        gaps = _gap(french[0], english[0]), _gap(french[1], english[1])
        yield _at_most(f"{title}, between fr and en", "points", gaps, POINTS_BETWEEN)


def _vote_rows(pair: _Pair) -> Iterator[Row]:
    """Ours alone: stock Rasa takes no votes."""
    for key, figure in (
        ("a_second_answered", "reactions a second, answered"),
        ("a_second_recorded", "the same, until all are in the record"),
    ):
        rate = pair.of("ours", key)
        is_reached = None if rate is None else rate >= VOTES
        yield Row(figure, "/s", rate, None, "", f"{VOTES:g} a second", is_reached)
    for key in ("failed", "lost", "doubled_or_wrong"):
        yield _no_errors(f"reactions {key.replace('_', ' ')}", (pair.of("ours", key), None))


def _group_rows(pair: _Pair) -> Iterator[Row]:
    seconds = pair.of("ours", "median_seconds"), None
    yield _at_most("opinion groups, 2,000 people x 900 views", "s", seconds, GROUPS)


def _console_rows(pair: _Pair) -> Iterator[Row]:
    """Pages of the console over 100,000 turns and 5,000 views; design asks it of some of them."""
    for name in pair.of("ours", "median_milliseconds") or QUICK_PAGES:
        milliseconds = pair.of("ours", "median_milliseconds", name), None
        row = _at_most(f"console, {name.replace('_', ' ')} page, median", "ms", milliseconds, PAGE)
        yield row if name in QUICK_PAGES else replace(row, to_reach="", is_reached=None)


def _publishing_rows(pair: _Pair) -> Iterator[Row]:
    """Under 20 messages a second; stock Rasa has no such thing."""
    for key in ("failed", "lost_doubled_or_out_of_order"):
        figure = f"published and rolled back: {key.replace('_', ' ')}"
        yield _no_errors(figure, (pair.of("ours", key), None))
    yield Row("the same: a switch, median", "s", pair.of("ours", "median_seconds_of_a_switch"))


def _points_above(figure: str, percents: Numbers) -> Row:
    mine, theirs = percents
    points = None if mine is None or theirs is None else mine - theirs
    return Row(
        figure, "%", *percents,
        "" if points is None else f"{points:+.1f} points",
        f"{POINTS_ABOVE:g} points above", None if points is None else points >= POINTS_ABOVE,
    )  # fmt: skip


def _at_most(figure: str, unit: str, numbers: Numbers, target: float) -> Row:
    mine, theirs = numbers
    is_reached = None if mine is None else mine <= target
    return Row(figure, unit, mine, theirs, "", f"ours at most {target:g}", is_reached)


def _more(figure: str, rates: Numbers, target: float) -> Row:
    factor = _share(*rates)
    return Row(
        figure, "/s", *rates,
        "" if factor is None else f"{factor:.1f} times",
        f"{target:g} times stock", None if factor is None else factor >= target,
    )  # fmt: skip


def _faster(figure: str, unit: str, times: Numbers, target: float) -> Row:
    factor = _share(times[1], times[0])
    return Row(
        figure, unit, *times,
        "" if factor is None else f"{factor:.1f} times faster",
        f"{target:g} times faster", None if factor is None else factor >= target,
    )  # fmt: skip


def _part_of(figure: str, unit: str, sizes: Numbers, target: float) -> Row:
    share = _share(*sizes)
    return Row(
        figure, unit, *sizes,
        "" if share is None else f"{share:.3f} of stock",
        f"{target:g} of stock", None if share is None else share <= target,
    )  # fmt: skip


def _no_errors(figure: str, errors: Numbers) -> Row:
    return _at_most(figure, "", errors, 0)


def _share(one: float | None, other: float | None) -> float | None:
    return None if one is None or not other else one / other


def _percents(shares: Numbers) -> Numbers:
    mine, theirs = (None if share is None else 100 * share for share in shares)
    return mine, theirs


def _gap(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else abs(one - other)


def as_text(table: Sequence[Row], results: Results) -> str:
    """The table for a terminal, and below it what failed."""
    lines = [f"{'':54}{'ours':>14}{'stock':>14}  {'compared':20}{'to reach':18}"]
    lines += [
        f"{row.figure:54}{_cell(row.ours, row.unit):>14}{_cell(row.stock, row.unit):>14}"
        f"  {row.compared:20}{row.to_reach:18}{_verdict(row.is_reached)}"
        for row in table
    ]
    lines += [
        f"FAILED {name} {part}: {figures['failed']}"
        for name, parts in results.items()
        for part, figures in parts.items()
        if "failed" in figures
    ]
    return "\n".join(lines)


def _cell(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:.{0 if isinstance(value, int) else 1}f} {unit}".rstrip()


def _verdict(is_reached: bool | None) -> str:
    return {None: "", True: "yes", False: "NO"}[is_reached]
