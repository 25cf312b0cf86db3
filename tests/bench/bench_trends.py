"""Measures weak signals: words planted in real posts that a growing handful of members take up, day by day.

usage: python tests/bench/bench_trends.py  (reads VIGIE_REAL_DATA, default ../shared/data). The posts are real; their
days are drawn anew, so that nothing but what is planted grows.
"""

import csv
import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median, pstdev

import polars as pl

from domain.insights import Period
from tasks.insights.subjects import subjects
from tasks.insights.trends import trends

DATA = Path(os.environ.get("VIGIE_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
DAYS, FROM, POSTS_A_DAY = 40, 30, 30
GROWTH = (1, 1, 2, 2, 3, 3, 4, 5, 6, 7)  # remarks on each day since the start
PLANTED = ("the quorvex adapter", "that zelmira thing", "my brontil case", "a new fendrax plan", "the ulmira queue")
KEYS = ("quorvex", "zelmira", "brontil", "fendrax", "ulmira")
START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    delays: list[float] = []
    naive_delays: list[float] = []
    right = told = naive_right = naive_told = 0
    for name, lang in (("spotify", "en"), ("AndroidQuestions", "en"), ("france", "fr")):
        for draw in range(2):
            posts = drawn(name, lang, random.Random(draw))
            found = {day: grown(posts, day, lang) for day in range(FROM, DAYS + 1)}
            naive = {day: loud(posts, day) for day in range(FROM, DAYS + 1)}
            for each, late in ((found, delays), (naive, naive_delays)):
                late += [first(each, key) for key in KEYS]
            told += sum(map(len, found.values()))
            right += sum(is_planted(terms) for day in found.values() for terms in day)
            naive_told += sum(map(len, naive.values()))
            naive_right += sum(is_planted(terms) for day in naive.values() for terms in day)
    print(f"  ours:    precision {right / max(1, told):.3f} of {told}, median delay {median(delays):.1f} days")
    print(
        f"  z-score: precision {naive_right / max(1, naive_told):.3f} of {naive_told}, "
        f"median delay {median(naive_delays):.1f} days"
    )


def drawn(name: str, lang: str, rng: random.Random) -> pl.DataFrame:
    """Real posts on days drawn at random, with each planted phrase added to some of the last days' posts."""
    with (DATA / "reddit_posts" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        texts = [f"{post['title']}\n{post['selftext']}" for post in csv.DictReader(file)]
    rng.shuffle(texts)
    rows = []
    for number in range(DAYS * POSTS_A_DAY):
        day = number // POSTS_A_DAY
        at = START + timedelta(days=day, minutes=rng.randrange(1440))
        rows.append({"day": day, "text": texts[number % len(texts)], "created_at": at})
    for phrase in PLANTED:
        for since, count in enumerate(GROWTH):
            for number in rng.sample(range(POSTS_A_DAY), count):
                rows[(FROM + since) * POSTS_A_DAY + number]["text"] += f"\n{phrase}"
    same = {"platform": "reddit", "lang": lang, "author_name": None, "permalink": "", "shown": True}
    return pl.DataFrame(
        [row | same | {"id": f"reddit:{n}", "author_id": f"reddit:m{n}"} for n, row in enumerate(rows)],
        infer_schema_length=None,
    )


def grown(posts: pl.DataFrame, day: int, lang: str) -> list[tuple[str, ...]]:
    """What Vigie tells on the morning after the day before `day`."""
    end = START + timedelta(days=day)
    return [each.terms for each in trends(posts, Period(end - timedelta(days=1), end, "UTC"), lang)]


def loud(posts: pl.DataFrame, day: int) -> list[tuple[str, ...]]:
    """Words whose posts of the last day lie three deviations above the mean of the 28 days before."""
    by_day = [
        Counter(term for text in posts.filter(pl.col("day") == each)["text"] for term in set(subjects(text)))
        for each in range(day - 29, day)
    ]
    last, before = by_day[-1], by_day[:-1]
    found = []
    for term, count in last.items():
        usual = [each[term] for each in before]
        if count >= 3 and (count - fmean(usual)) / (pstdev(usual) or 0.5) >= 3:
            found.append((term,))
    return found


def is_planted(terms: tuple[str, ...]) -> bool:
    return any(key[:5] in term for term in terms for key in KEYS)


def first(found: dict[int, list[tuple[str, ...]]], key: str) -> float:
    """Days from the first remark to being told; the length of the trial where it never was."""
    days = [day for day, told in found.items() if any(key[:5] in term for terms in told for term in terms)]
    return float(min(days) - FROM if days else DAYS - FROM + 1)


if __name__ == "__main__":
    main()
