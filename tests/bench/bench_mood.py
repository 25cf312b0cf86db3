"""Measures the mood of comments: macro-recall on English tweets and on French sentences, and speed.

Nothing shipped was trained on either. The French sentences are our own (tests/tasks/insights/mood_fr.tsv), written before
they were judged and plainer than what members write: their figure is an upper bound.

usage: python tests/bench/bench_mood.py  (reads VIGIE_REAL_DATA, default ../shared/data)
"""

import os
import time
from pathlib import Path

import polars as pl

from tasks.insights.mood import mood

DATA = Path(os.environ.get("VIGIE_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
FRENCH = Path(__file__).parents[1] / "tasks" / "insights" / "mood_fr.tsv"
MOODS = ("negative", "neutral", "positive")


def main() -> None:
    tweets = pl.read_csv(DATA / "tweeteval" / "sentiment_val.csv").with_row_index("row")
    judged = tweets.with_columns(mood(tweets["text"], ["en"] * len(tweets)))
    french = pl.read_csv(FRENCH, separator="\t", quote_char=None, has_header=False, new_columns=["label", "text"])
    told = french.with_columns(mood(french["text"], ["fr"] * len(french)))
    each = {name: (told.filter(pl.col("label") == name)["mood"] == name).mean() for name in MOODS}
    print(f"French sentences: macro-recall {sum(each.values()) / 3:.3f}  {each}")
    print("English tweets: macro-recall, recall of each mood, share that is right where confidence is 0.6 or more")
    for name, part in (
        ("all", judged),
        ("even rows (errors were read)", judged.filter(pl.col("row") % 2 == 0)),
        ("odd rows (errors never read)", judged.filter(pl.col("row") % 2 == 1)),
    ):
        recalls = [
            (part.filter(pl.col("label") == each)["mood"] == each).sum() / (part["label"] == each).sum()
            for each in MOODS
        ]
        sure = part.filter(pl.col("confidence") >= 0.6)
        right = (sure["label"] == sure["mood"]).sum() / len(sure)
        each = "  ".join(f"{name} {value:.3f}" for name, value in zip(MOODS, recalls, strict=True))
        print(f"  {name:30} {sum(recalls) / 3:.3f}   {each}   sure: {right:.3f} of {len(sure)}")
    texts = (tweets["text"].to_list() * 10)[:20_000]
    started = time.process_time()
    mood(texts, ["en"] * len(texts))
    print(f"{5 * (time.process_time() - started):.1f} s of processor time for 100,000 tweets")


if __name__ == "__main__":
    main()
