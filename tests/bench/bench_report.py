"""What a night's report costs: its time with ten times the stored history, and its peak memory with a million comments.

usage: python tests/bench/bench_report.py [history] [memory]. The store is SQLite, filled with sentences drawn from real
posts, and a verdict on each; the report is members, insights and digest, without Prefect's server. Each report runs in a
process of its own, whose peak is its maximum resident set.
"""

import csv
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from connectors.store import schema
from connectors.store.engine import open_store
from deployments.demo import write_workspace
from domain.records import text_hash
from domain.settings import Settings

DATA = Path(os.environ.get("VIGIE_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
A_DAY, DAYS, MANY_TIMES = 1_500, 36, 10
MILLION, WEEK_DAYS = 1_000_000, 7
MEMBERS = 4_000
END = datetime(2026, 3, 29, 22, tzinfo=UTC)  # midnight in Paris
ROUNDS = 3

ONE_NIGHT = """
import resource, sys, time
from datetime import timedelta
from domain.insights import Period
from tests.bench.bench_report import END
from tasks.insights.step import insights
from tasks.members.step import segment
from tasks.publishing.step import _compose
from tasks.workspace import open_workspace
from connectors.store import reports
days = int(sys.argv[1])
workspace = open_workspace()
started = time.perf_counter()
members = segment.fn(workspace, END)
segmented = time.perf_counter() - started
found = insights.fn(workspace, Period(END - timedelta(days=days), END, "Europe/Paris"), END)
for language, each in found.items():
    _compose(workspace, language, each, tuple(found))
seconds = time.perf_counter() - started
reports.save_run(workspace.store, "bench", "report", END + timedelta(days=2), END, {})
print(seconds, segmented, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, members)
"""


def main() -> None:
    wanted = sys.argv[1:] or ["history", "memory"]
    if "history" in wanted:
        history()
    if "memory" in wanted:
        memory()


def history() -> None:
    """Seconds of the same day's report over a month of history and over ten of them, rounds interleaved."""
    with TemporaryDirectory() as folder:
        short, long = (filled(Path(folder, str(days)), A_DAY, days) for days in (DAYS, DAYS * MANY_TIMES))
        for workspace in (short, long):
            first = night(workspace, 1)
            print(f"first night, which counts all days: {first[0]:.1f} s, members {first[1]:.1f} s, {first[2]:.0f} MiB")
        pairs = [(night(short, 1), night(long, 1)) for _ in range(ROUNDS)]
    for name, at in (("whole report", 0), ("members alone", 1)):
        ratio = statistics.median(after[at] / before[at] for before, after in pairs)
        seconds = [statistics.median(pair[which][at] for pair in pairs) for which in (0, 1)]
        print(
            f"{name}: {seconds[0]:.2f} s with {DAYS * A_DAY:,} stored comments, {seconds[1]:.2f} s with "
            f"{DAYS * MANY_TIMES * A_DAY:,}: {ratio:.2f} times"
        )


def memory() -> None:
    """Peak memory of a week's report with a million comments in it."""
    with TemporaryDirectory() as folder:
        workspace = filled(Path(folder), MILLION // WEEK_DAYS, WEEK_DAYS + 1)
        seconds, segmented, mebibytes, _ = night(workspace, WEEK_DAYS)
    print(
        f"{MILLION:,} comments in a week: {mebibytes:.0f} MiB at the peak, {seconds:.0f} s (members {segmented:.0f} s)"
    )


def night(workspace: Path, days: int) -> list[float]:
    """Seconds, those of members, peak MiB and members of one report in a process of its own."""
    environment = os.environ | {"VIGIE_WORKSPACE": str(workspace)}
    command = [sys.executable, "-c", ONE_NIGHT, str(days)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return [float(part) for part in done.stdout.split()[-4:]]


def filled(folder: Path, a_day: int, days: int) -> Path:
    """A workspace whose store holds so many comments on each of so many days, all checked."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = write_workspace(folder, "http://127.0.0.1:1/")
    os.environ["VIGIE_WORKSPACE"] = str(workspace)
    engine = open_store(Settings().store_url)
    started = time.perf_counter()
    with engine.begin() as connection:
        rows = comments(a_day, days)
        while part := list(islice(rows, 20_000)):
            connection.execute(insert(schema.comments), part)
            connection.execute(insert(schema.verdicts), [verdict(row) for row in part])
    engine.dispose()
    print(f"{a_day * days:,} comments stored in {time.perf_counter() - started:.0f} s", flush=True)
    return workspace


def comments(a_day: int, days: int) -> Iterator[dict[str, Any]]:
    """Comments of members of whom some write far more than others; a third reply to an earlier one."""
    rng, lines = random.Random(0), sentences()
    same = {"platform": "reddit", "source_id": "reddit:subreddit:bench", "kind": "comment", "thread_title": "A thread"}
    same |= {"deleted": False, "raw": "{}", "state": "checked", "edited_at": None}
    for day in range(days):
        midnight = END - timedelta(days=days - day)
        for at in range(a_day):
            number, who = day * a_day + at, min(int(rng.paretovariate(0.6)), MEMBERS) + (day // 3) % 40
            lang, text = rng.choice(lines)
            text = f"{text} {rng.choice(lines)[1]}"
            parent = f"reddit:c{number - rng.randrange(1, min(number, 200) + 1)}" if number and at % 3 == 0 else None
            instant = midnight + timedelta(seconds=86_400 * at / a_day)
            yield same | {
                "id": f"reddit:c{number}",
                "native_id": f"c{number}",
                "thread_id": f"reddit:t{number // 50}",
                "parent_id": parent,
                "author_id": f"reddit:m{who}",
                "author_name": f"member{who}",
                "text": text,
                "lang": lang,
                "created_at": instant,
                "score": number % 7,
                "permalink": f"https://www.reddit.com/r/bench/comments/{number}",
                "text_hash": text_hash(text),
                "collected_at": instant,
                "updated_at": instant,
            }


def verdict(comment: dict[str, Any]) -> dict[str, Any]:
    """What was decided on it: one in fifty is held as spam."""
    held = int(comment["native_id"][1:]) % 50 == 0
    return {
        "comment_id": comment["id"],
        "text_hash": comment["text_hash"],
        "comment_text_hash": comment["text_hash"],
        "action": "hold" if held else "allow",
        "norms": ["spam"] if held else [],
        "scores": "{}",
        "confidence": 0.9,
        "decided_by": "model",
        "evidence": "[]",
        "reason": "Looks like advertising." if held else None,
        "autonomy": "propose",
        "charter_version": "c1",
        "model_version": "m1",
        "status": "waiting" if held else "none",
        "created_at": comment["created_at"],
        "run_id": "bench",
    }


def sentences() -> list[tuple[str, str]]:
    """Titles and short texts of real posts, with their language."""
    found = []
    for name, lang in (("spotify", "en"), ("AndroidQuestions", "en"), ("france", "fr")):
        with (DATA / "reddit_posts" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            for post in csv.DictReader(file):
                found.append((lang, post["title"][:200]))
                if 20 < len(post["selftext"]) < 200:
                    found.append((lang, post["selftext"]))
    return found


if __name__ == "__main__":
    main()
