"""Scores peak detection at its shipped setting on real tweet volumes, as the Numenta Anomaly Benchmark does.

usage: python tests/bench/bench_peaks.py  (reads VIGIE_REAL_DATA, default ../shared/data, and ../tools beside it)
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from tasks.insights import peaks
from tasks.insights.peaks import FLAG_AT, detect

DATA = Path(os.environ.get("VIGIE_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
SERIES = DATA / "nab_tweets"
SCORER = DATA.parent / "tools" / "score_peaks.py"
THINNED_TO = 0.7  # of the tweets: other counts with the same peaks, to see how much of the score is luck


def main() -> None:
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
