"""Makes the models that come with Vigie: `python -m tasks.moderation.train_baseline --data DIR`.

DIR holds the folders `youtube_spam` (YouTube Spam Collection, UCI, CC BY 4.0), `mlma_fr` (MLMA hate speech,
HKUST-KnowComp, MIT), `banking77` (PolyAI, CC BY 4.0), `clinc150` (CC BY 3.0) and `reddit_posts` (umbrae, free use).
Only data whose licence allows it is used. The last four are what people ask and tell in French and English when they
do not advertise: without them a model takes whatever is not about a song for spam.
"""

import argparse
import sys
from pathlib import Path

import polars as pl

from tasks.moderation.local_model import SHIPPED, save
from tasks.moderation.training import train

SPAM_CREDIT = (
    "YouTube Spam Collection (T. C. Alberto, J. V. Lochter, T. A. Almeida, UCI Machine Learning Repository), "
    "CC BY 4.0; as everyday talk: banking77 (PolyAI, CC BY 4.0), CLINC150 (Larson et al., CC BY 3.0), MLMA (MIT), "
    "reddit-top-2.5-million (umbrae)"
)


def spam_examples(data: Path) -> tuple[list[str], list[bool]]:
    """Comments of the YouTube Spam Collection; True is spam."""
    files = sorted((data / "youtube_spam").glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{data / 'youtube_spam'}: no CSV file of the YouTube Spam Collection")
    rows = pl.concat([pl.read_csv(file, infer_schema_length=0, columns=["CONTENT", "CLASS"]) for file in files])
    return rows["CONTENT"].to_list(), (rows["CLASS"] == "1").to_list()


def everyday_examples(data: Path) -> list[str]:
    """What people write about all else, in French and English."""
    posts = [
        pl.read_csv(file, infer_schema_length=0).select(
            text=pl.concat_str("title", pl.col("selftext").fill_null("").str.slice(0, 300), separator=" ")
        )
        for file in sorted((data / "reddit_posts").glob("*.csv"))
    ]
    columns = {"banking77/train.csv": "text", "clinc150/train.csv": "text", "mlma_fr/train.csv": "tweet"}
    others = [
        pl.read_csv(data / name, infer_schema_length=0).select(text=column).gather_every(3)
        for name, column in columns.items()
    ]
    return pl.concat([*posts, *others])["text"].drop_nulls().to_list()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    texts, labels = spam_examples(chosen.data)
    everyday = everyday_examples(chosen.data)
    texts, labels = texts + everyday, labels + [False] * len(everyday)
    model, report = train(texts, labels, "spam", source=SPAM_CREDIT)
    save(model, chosen.out)
    sys.stdout.write(f"{model.version}: macro-F1 {report.macro_f1:.3f} on held-out folds\n")


if __name__ == "__main__":
    main(sys.argv[1:])
