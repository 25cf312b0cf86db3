"""Scores peak detection at its shipped setting on real tweet volumes, as the Numenta Anomaly Benchmark does.

usage: python tests/bench/bench_peaks.py [--leave-out]  (reads VIGIE_REAL_DATA, default ../shared/data, and ../tools
beside it). With --leave-out, how well a setting does on a series that had no part in choosing it: for each series, the
threshold, quiet time and step that score highest on the others are scored on it.
"""

import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

from tasks.insights import peaks
from tasks.insights.peaks import FLAG_AT, detect

DATA = Path(os.environ.get("VIGIE_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
SERIES = DATA / "nab_tweets"
SCORER = DATA.parent / "tools" / "score_peaks.py"
SHIPPED = (peaks._SURPRISE_AT_HALF, peaks._QUIET_AFTER_A_PEAK_S, peaks._STEP_UP)
THRESHOLDS = (4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 8.0)
QUIET_S = (21_600.0, 43_200.0, 86_400.0)
STEPS = (0.0, 0.5, 1.0, 2.0)
THINNED_TO = 0.7  # of the tweets: other counts with the same peaks, to see how much of the score is luck


def main() -> None:
    if "--leave-out" in sys.argv[1:]:
        leave_out()
    else:
        as_shipped()


def leave_out() -> None:
    """The scorer's sum over series is kept apart for each, so that any of them can be left out."""
    windows = json.loads((SERIES / "windows.json").read_text())
    settings = list(product(THRESHOLDS, QUIET_S, STEPS))
    raw = {(name, setting): value for name in windows for setting, value in _raw(name, windows[name], settings)}

    def score(parts: Iterable[tuple[str, tuple[float, float, float]]]) -> float:
        of = list(parts)
        count = sum(len(windows[name]) for name, _ in of)
        return 100 * (sum(raw[part] for part in of) + count) / (2 * count)

    print(f"{len(settings)} settings: threshold {THRESHOLDS}, quiet {QUIET_S} s, step {STEPS}; shipped {SHIPPED}")
    chosen = []
    for name in sorted(windows):
        others = [other for other in windows if other != name]
        best = max(settings, key=lambda setting: score((other, setting) for other in others))
        chosen.append((name, best))
        on_others, on_it, as_is = (
            score([*part]) for part in (((o, best) for o in others), [chosen[-1]], [(name, SHIPPED)])
        )
        print(f"  {name:32} {best}: {on_others:5.1f} on the others, {on_it:5.1f} on it (shipped {as_is:5.1f})")
    together = max(score((name, setting) for name in windows) for setting in settings)
    print(f"all, each at what the others chose: {score(chosen):.1f}")
    print(f"all, as shipped: {score((name, SHIPPED) for name in windows):.1f}; at the best for all: {together:.1f}")


def _raw(
    name: str, windows: list[list[str]], settings: Iterable[tuple[float, float, float]]
) -> Iterator[tuple[tuple[float, float, float], float]]:
    """The scorer's sum for a series at each setting."""
    scorer = runpy.run_path(str(SCORER))
    table = pl.read_csv(SERIES / f"{name}.gz", schema_overrides={"timestamp": pl.String})
    at_s = np.array(peaks._instants(table["timestamp"]))
    surprise = peaks._surprise(at_s, table["value"].cast(pl.Float64).to_numpy())
    times = [scorer["when"](each) for each in table["timestamp"]]
    for setting in settings:
        peaks._SURPRISE_AT_HALF, peaks._QUIET_AFTER_A_PEAK_S, peaks._STEP_UP = setting
        flagged = np.flatnonzero(peaks._flags(at_s, surprise)).tolist()
        yield setting, scorer["series_score"](times, windows, flagged)


def as_shipped() -> None:
    names = sorted(json.loads((SERIES / "windows.json").read_text()))
    series = {name: pl.read_csv(SERIES / f"{name}.gz", schema_overrides={"timestamp": pl.String}) for name in names}
    started = time.perf_counter()
    found = {name: detect(table) for name, table in series.items()}
    seconds = time.perf_counter() - started
    print(f"rows {sum(map(len, found.values()))}, {seconds / len(found):.1f} s a series, flagged at {FLAG_AT}")
    for name, table in found.items():
        print(f"  {name:32} {table['flagged'].sum():3} flags  score {scored({name: table}):5.1f}")
    print(f"all, as shipped: {scored(found):.1f}")
    shipped = peaks._SURPRISE_AT_HALF
    for factor in (0.92, 0.96, 1.04, 1.08):
        peaks._SURPRISE_AT_HALF = shipped * factor
        print(f"all, threshold times {factor}: {scored({name: detect(table) for name, table in series.items()}):.1f}")
    peaks._SURPRISE_AT_HALF = shipped
    random = np.random.default_rng(0)
    for attempt in range(3):
        print(f"all, {THINNED_TO:.0%} of the tweets, draw {attempt}: {scored(thinned(series, random)):.1f}")


def thinned(series: dict[str, pl.DataFrame], random: np.random.Generator) -> dict[str, pl.DataFrame]:
    return {
        name: detect(table.with_columns(value=random.binomial(table["value"].cast(pl.Int64).to_numpy(), THINNED_TO)))
        for name, table in series.items()
    }


def scored(found: dict[str, pl.DataFrame]) -> float:
    """The score of the scorer beside the data, of these series alone."""
    with tempfile.TemporaryDirectory() as folder:
        detections, windows = Path(folder, "detections"), Path(folder, "series")
        detections.mkdir()
        windows.mkdir()
        every = json.loads((SERIES / "windows.json").read_text())
        (windows / "windows.json").write_text(json.dumps({name: every[name] for name in found}))
        for name, table in found.items():
            table.write_csv(detections / name)
            (windows / f"{name}.gz").symlink_to((SERIES / f"{name}.gz").resolve())
        command = [sys.executable, str(SCORER), str(detections), str(windows)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[0])


if __name__ == "__main__":
    main()
