"""How fast comments are pulled, against a bare loop over each platform's client library on the same sandbox, and the
peak memory of a pull of 10,000 and of 100,000 comments.

`python tests/bench/bench_pull.py [ROUNDS]`. The sandbox runs in a process of its own; both sides are timed in turn,
whole rounds interleaved, and the ratio is the median of the paired rounds. A bare loop reads every comment as the
library gives it and keeps three of its fields; of files, Polars is the library.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from googleapiclient.discovery import build

from connectors import contract, x
from deployments.sandbox import ids
from deployments.sandbox.seed import SEED_SCHEMA
from deployments.sandbox.server import running_sandbox
from domain.records import Page, Platform, Source, SourceKind

COMMENTS = 10_000
MANY_COMMENTS = 100_000
LISTED_BY_REDDIT = 900  # a listing of Reddit stops at a thousand, so that many comments are those of many subreddits
TEXT = "Le support bouge sur un cintre carbone, et la vidéo du montage est très claire. 🎉 "
PLATFORMS = ("reddit", "youtube", "x", "file")
VIDEOS = 40
CHANNEL = ids.youtube_channel("Vigie")


def seed(platform: str, count: int) -> pl.DataFrame:
    """`count` comments, the newest an hour ago."""
    number = pl.int_range(count, dtype=pl.Int64)
    group = number // LISTED_BY_REDDIT
    post = platform == "reddit"
    newest = datetime.now(UTC) - timedelta(hours=1)
    base = pl.select(
        key=pl.format("c{}", number),
        platform=pl.lit(platform),
        source=pl.format("place{}", group) if post else pl.lit("Vigie" if platform == "youtube" else "vigie"),
        thread=pl.format("t{}", group if post else number % VIDEOS) if platform != "x" else pl.format("c{}", number),
        thread_title=pl.lit("Un fil" if platform != "x" else None, pl.String),
        kind=pl.lit("comment"),
        parent=pl.lit(None, pl.String),
        author=pl.format("member{}", number % 997),
        text=pl.format("@vigie {}{}", pl.lit(TEXT), number),
        created_at=pl.lit(newest) - pl.duration(seconds=number),
        score=number % 9,
        lang=pl.lit(None, pl.String),
        label=pl.lit(None, pl.String),
    )
    return base.select(pl.col(name).cast(dtype) for name, dtype in SEED_SCHEMA.items())


def sources(platform: str, count: int) -> list[Source]:
    if platform == "reddit":
        groups = range((count - 1) // LISTED_BY_REDDIT + 1)
        return [Source(Platform.REDDIT, SourceKind.SUBREDDIT, f"place{group}") for group in groups]
    if platform == "youtube":
        return [Source(Platform.YOUTUBE, SourceKind.CHANNEL, CHANNEL)]
    if platform == "x":
        return [Source(Platform.X, SourceKind.QUERY, "vigie")]
    return [Source(Platform.FILE, SourceKind.FOLDER, "drop")]


def pull(platform: str, count: int) -> int:
    """Every comment through the connector, as frames; gives how many came."""
    connector = contract.connect(Platform(platform))
    watched = sources(platform, count)
    found: Iterator[Page] = (page for source in watched for page in connector.pull(source, None))
    posts = len(watched) if platform == "reddit" else 0  # what the comments of a subreddit answer
    return sum(page.comments.height for page in found) - posts


def bare_reddit(count: int) -> int:
    client = contract.connect(Platform.REDDIT).client  # type: ignore[attr-defined]
    total = 0
    for source in sources("reddit", count):
        subreddit = client.subreddit(source.name)
        for post in subreddit.new(limit=None):
            _ = (post.id, post.title, post.created_utc)
        for comment in subreddit.comments(limit=None):
            _ = (comment.id, comment.body, comment.created_utc)
            total += 1
    return total


def bare_youtube(count: int) -> int:
    service = build(
        "youtube",
        "v3",
        developerKey=os.environ["VIGIE_YOUTUBE_API_KEY"],
        client_options={"api_endpoint": os.environ["VIGIE_YOUTUBE_URL"]},
        static_discovery=True,
    )
    threads, total = service.commentThreads(), 0
    request = threads.list(
        part="snippet,replies", allThreadsRelatedToChannelId=CHANNEL, order="time", maxResults=100, textFormat="html"
    )
    while request is not None:
        answer = request.execute()
        for thread in answer["items"]:
            comment = thread["snippet"]["topLevelComment"]
            _ = (comment["id"], comment["snippet"]["textOriginal"], comment["snippet"]["publishedAt"])
            total += 1
        request = threads.list_next(request, answer)
    return total


def bare_x(count: int) -> int:
    import tweepy

    ours = x.connect().client
    client = tweepy.Client(bearer_token=ours.bearer_token)
    client.session = ours.session
    total = 0
    for answer in tweepy.Paginator(client.search_recent_tweets, "vigie", **x.FIELDS):
        for post in answer.data or []:
            _ = (post.id, post.text, post.created_at)
            total += 1
    return total


def bare_file(count: int) -> int:
    total = 0
    for path in (Path(os.environ["VIGIE_WORKSPACE"]) / "drop").iterdir():
        table = pl.read_csv(path)
        for row in table.iter_rows(named=True):
            _ = (row["key"], row["text"], datetime.fromisoformat(row["created_at"]))
            total += 1
    return total


BARE: dict[str, Callable[[int], int]] = {"reddit": bare_reddit, "youtube": bare_youtube, "x": bare_x, "file": bare_file}


@contextmanager
def sandbox(platform: str, count: int) -> Iterator[None]:
    """A sandbox in another process, or a workspace with a file; the environment names it meanwhile."""
    if platform == "file":
        with TemporaryDirectory() as folder:
            drop = Path(folder, "drop")
            drop.mkdir()
            community = {"name": "n", "sources": [{"platform": "file", "kind": "folder", "name": "drop"}]}
            Path(folder, "community.yaml").write_text(json.dumps(community), encoding="utf-8")
            seed("file", count).with_columns(pl.col("created_at").dt.strftime("%FT%TZ")).write_csv(drop / "export.csv")
            os.environ["VIGIE_WORKSPACE"] = folder
            yield
        return
    command = [sys.executable, __file__, "serve", platform, str(count)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    os.environ.update(json.loads(server.stdout.readline()))
    try:
        yield
    finally:
        server.communicate("stop\n")


def serve(platform: str, count: int) -> None:
    with running_sandbox(seed(platform, count), youtube_quota_units=10**9) as found:
        print(json.dumps(found.environment), flush=True)
        sys.stdin.readline()


def peak_megabytes(platform: str, count: int) -> float:
    """The most memory that a process of its own needed for a pull."""
    command = [sys.executable, __file__, "peak", platform, str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def timed(run: Callable[[int], int], count: int) -> float:
    started = time.perf_counter()
    found = run(count)
    took = time.perf_counter() - started
    assert found == count, f"{found} of {count} comments came"
    return took


def compare(platform: str, rounds: int) -> tuple[float, float, float]:
    """Comments a second through the connector and bare, and the median ratio of their times."""
    ours, bare = [], []
    with sandbox(platform, COMMENTS):
        for number in range(rounds + 1):  # the first one warms up
            pair = [(ours, lambda count: pull(platform, count)), (bare, BARE[platform])]
            for times, run in pair if number % 2 else pair[::-1]:
                times.append(timed(run, COMMENTS))
    ratio = statistics.median(a / b for a, b in zip(ours[1:], bare[1:], strict=True))
    return COMMENTS / statistics.median(ours[1:]), COMMENTS / statistics.median(bare[1:]), ratio


def main(rounds: int) -> None:
    print(f"{'platform':10}{'comments/s':>12}{'bare loop/s':>13}{'ratio':>8}{'peak 10,000':>13}{'peak 100,000':>14}")
    for platform in PLATFORMS:
        rate, bare, ratio = compare(platform, rounds)
        peaks = []
        for count in (COMMENTS, MANY_COMMENTS):
            with sandbox(platform, count):
                peaks.append(peak_megabytes(platform, count))
        print(
            f"{platform:10}{rate:12,.0f}{bare:13,.0f}{ratio:8.2f}{peaks[0]:10,.0f} MB{peaks[1]:11,.0f} MB", flush=True
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", platform, count]:
            serve(platform, int(count))
        case ["peak", platform, count]:
            assert pull(platform, int(count)) == int(count)
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        case rest:
            main(int(rest[0]) if rest else 5)
