"""Makes the models that come with Vigie: `python -m tasks.moderation.train_baseline --data DIR`.

DIR holds the folders `youtube_spam` (YouTube Spam Collection, UCI, CC BY 4.0) and `mlma_fr` (MLMA hate speech,
HKUST-KnowComp, MIT). Only data whose licence allows it is used, and Vigie's own sentences.
"""

import argparse
import sys
from pathlib import Path

import polars as pl

from tasks.moderation.local_model import SHIPPED, save
from tasks.moderation.training import train

SPAM_CREDIT = (
    "YouTube Spam Collection (T. C. Alberto, J. V. Lochter, T. A. Almeida, UCI Machine Learning Repository), "
    "CC BY 4.0; and sentences written for Vigie"
)


def spam_examples(data: Path) -> tuple[list[str], list[bool]]:
    """Comments of the YouTube Spam Collection; True is spam."""
    files = sorted((data / "youtube_spam").glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{data / 'youtube_spam'}: no CSV file of the YouTube Spam Collection")
    rows = pl.concat([pl.read_csv(file, infer_schema_length=0, columns=["CONTENT", "CLASS"]) for file in files])
    return rows["CONTENT"].to_list(), (rows["CLASS"] == "1").to_list()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    texts, labels = spam_examples(chosen.data)
    model, report = train(texts, labels, "spam", source=SPAM_CREDIT)
    save(model, chosen.out)
    sys.stdout.write(f"{model.version}: macro-F1 {report.macro_f1:.3f} on held-out folds\n")


if __name__ == "__main__":
    main(sys.argv[1:])
