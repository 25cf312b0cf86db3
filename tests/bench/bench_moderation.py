"""Measures moderation on real data: `python -m tests.bench.bench_moderation` (about three minutes on two cores).

Every figure goes through the same functions as `vigie train` and `vigie moderate`; nothing here is tuned to a set. With an
embedding model in the environment (VIGIE_EMBEDDING_FOLDER, or a name at an endpoint) models are trained with it, and it says so.
"""

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline, make_union

from deployments.sandbox.demo import generate
from tasks.embedding import sense_of_the_environment
from tasks.moderation.cascade import moderate
from tasks.moderation.charter_file import default_charter
from tasks.moderation.files import as_comments, moderate_table
from tasks.moderation.local_model import load_models
from tasks.moderation.second_opinion import doubtful
from tasks.moderation.training_file import train_file

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("VIGIE_REAL_DATA", ROOT.parent / "shared" / "data"))
DEMO_SEED = 7
SENSE = sense_of_the_environment(sys.exit)
FUNCTIONAL = ROOT / "tests" / "tasks" / "moderation" / "functional"
# Several people of a group, and one of them.
GROUPS = {
    "en": (
        ("women", "woman"),
        ("gay people", "gay man"),
        ("trans people", "trans person"),
        ("Muslims", "Muslim"),
        ("black people", "black person"),
        ("immigrants", "immigrant"),
        ("disabled people", "disabled person"),
    ),
    "fr": tuple(
        (group, "")
        for group in ("femmes", "homosexuels", "personnes trans", "musulmans", "Noirs", "immigrés", "handicapés")
    ),
}


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema_length=0)


def flagged(train: pl.DataFrame, texts: Sequence[str], norm: str) -> list[bool]:
    """Whether the norm is among the verdict's norms, after training on `train` (text, label)."""
    with tempfile.TemporaryDirectory() as folder:
        train_file(train, norm, Path(folder), sense=SENSE)
        rows = pl.DataFrame({"id": [str(at) for at in range(len(texts))], "text": list(texts)})
        verdicts = moderate_table(rows, default_charter(), load_models(Path(folder)), SENSE)
    return [norm in verdict["norms"] for verdict in verdicts]


def youtube_spam() -> float:
    """Accuracy, one video left out in turn, in per cent."""
    files = sorted((DATA / "youtube_spam").glob("*.csv"))
    videos = [read(path).select(text="CONTENT", label="CLASS") for path in files]
    truth, found = [], []
    for at, video in enumerate(videos):
        rest = pl.concat([other for place, other in enumerate(videos) if place != at])
        truth += (video["label"] == "1").to_list()
        found += flagged(rest, video["text"].to_list(), "spam")
    return 100 * float(accuracy_score(truth, found))


def tweeteval_offensive() -> float:
    """Macro-F1 on the validation part, in per cent."""
    validation = read(DATA / "tweeteval" / "offensive_val.csv")
    train = read(DATA / "tweeteval" / "offensive_train.csv")
    truth = (validation["label"] == "offensive").to_list()
    return 100 * float(f1_score(truth, flagged(train, validation["text"].to_list(), "offensive"), average="macro"))


def mlma_french() -> float:
    """Macro-F1 of normal against the rest, five folds, 0..1."""
    rows = read(DATA / "mlma_fr" / "train.csv")
    labels = rows.select(
        text="tweet", label=pl.when(pl.col("sentiment") == "normal").then(pl.lit("normal")).otherwise(pl.lit("hostile"))
    )
    truth = (labels["label"] == "hostile").to_numpy()
    found = np.zeros(len(truth), bool)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=1).split(truth, truth):
        found[test] = flagged(labels[train], labels[test]["text"].to_list(), "hostile")
    return float(f1_score(truth, found, average="macro"))


def functional_cases(language: str) -> list[tuple[str, bool, str]]:
    """(functionality, whether it is hate, text), each template with every group of people."""
    with (FUNCTIONAL / f"{language}.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                row["functionality"],
                row["hateful"] == "1",
                row["template"].replace("{group}", many).replace("{member}", one),
            )
            for row in csv.DictReader(file)
            for many, one in (GROUPS[language] if "{" in row["template"] else [("", "")])
        ]


def functional_hate(language: str) -> float:
    """Accuracy of the presets' rules and the shipped models together, 0..1."""
    cases = functional_cases(language)
    rows = pl.DataFrame({"id": [str(at) for at in range(len(cases))], "text": [text for _, _, text in cases]})
    verdicts = moderate_table(rows, default_charter(), load_models())
    right = ["hate" in verdict["norms"] for verdict in verdicts]
    return float(accuracy_score([hateful for _, hateful, _ in cases], right))


def asked_of_a_model(texts: Sequence[str]) -> float:
    """The share of comments that a language model would be asked about at the default setting, in per cent."""
    table = pl.DataFrame({"id": [str(at) for at in range(len(texts))], "text": list(texts)})
    comments = as_comments(table).with_columns(deleted=pl.lit(value=False))
    charter = default_charter()
    return 100 * len(doubtful(moderate(comments, charter, load_models()), comments, charter)) / len(texts)


def texts_of(folder: str, *columns: str) -> list[str]:
    """The texts of every CSV file of a folder of the real data."""
    tables = (read(path) for path in sorted((DATA / folder).glob("*.csv")))
    return [
        text
        for table in tables
        for text in table.select(pl.concat_str(columns, separator="\n", ignore_nulls=True)).to_series().to_list()
    ]


def demo_texts() -> list[str]:
    """What members write in the demo community."""
    return generate(DEMO_SEED, datetime(2026, 6, 1, tzinfo=UTC))["text"].to_list()


def speed() -> tuple[float, float, float]:
    """Comments a second of processor time: rules and all shipped models, one model alone, and scikit-learn.

    scikit-learn's pipeline has the same n-grams (words 1-2, characters within words 2-5) and one model.
    """
    train = read(DATA / "tweeteval" / "offensive_train.csv")
    texts = train["text"].head(10_000).to_list()
    rows = pl.DataFrame({"id": [str(at) for at in range(len(texts))], "text": texts})
    charter, models = default_charter(), load_models()
    moderate_table(rows.head(500), charter, models)
    ours = _processor_seconds(lambda: moderate_table(rows, charter, models))
    alone = _processor_seconds(lambda: models["hate"].probabilities(texts))
    reference = make_pipeline(
        make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))),
        LogisticRegression(solver="liblinear"),
    ).fit(train["text"].to_list(), (train["label"] == "offensive").to_list())
    theirs = _processor_seconds(lambda: reference.predict_proba(texts))
    return len(texts) / ours, len(texts) / alone, len(texts) / theirs


def _processor_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    print(f"trained with the embeddings of {SENSE.name}" if SENSE else "trained without embeddings")
    rows = [
        ("youtube_spam, one video left out: accuracy", f"{youtube_spam():.1f}", "93.6", "97"),
        ("tweeteval offensive, val: macro-F1", f"{tweeteval_offensive():.1f}", "73.4", "79.5"),
        ("mlma_fr, normal against the rest: macro-F1", f"{mlma_french():.3f}", "0.61", "0.70"),
        ("functional hate tests, English: accuracy", f"{functional_hate('en'):.3f}", "0.65", "0.80"),
        ("functional hate tests, French: accuracy", f"{functional_hate('fr'):.3f}", "0.65", "0.80"),
    ]
    rows += [
        (f"asked of a language model, {name}: %", f"{asked_of_a_model(texts):.1f}", "10", "3")
        for name, texts in (
            ("the demo community", demo_texts()),
            ("youtube_spam", texts_of("youtube_spam", "CONTENT")),
            ("reddit_posts", texts_of("reddit_posts", "title", "selftext")),
        )
    ]
    ours, alone, theirs = speed()
    rows.append((f"rules and models against scikit-learn ({ours:,.0f}/s)", f"{ours / theirs:.1f}x", "1x", "5x"))
    rows.append(
        (f"one model against scikit-learn ({alone:,.0f}/s, {theirs:,.0f}/s)", f"{alone / theirs:.1f}x", "1x", "5x")
    )
    for name, measured, floor, goal in [("what", "measured", "floor", "goal"), *rows]:
        sys.stdout.write(f"{name:<62}{measured:>10}{floor:>8}{goal:>8}\n")


if __name__ == "__main__":
    main()
