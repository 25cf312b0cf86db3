"""Measures the matcher on CLINC150 and banking77: accuracy, out-of-scope recall, and time beside scikit-learn's.

Run with `python tests/bench/bench_matching.py`; the data's folder comes from VIGIE_REAL_DATA. `--quick` leaves out the
comparison of times, which takes half a minute. With an embedding model in the environment (VIGIE_EMBEDDING_FOLDER, or
a name at an endpoint) it measures the matcher that uses it, and says so.
"""

import csv
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).parent.parent.parent
sys.path.insert(0, str(REPOSITORY))

from domain.knowledge import Knowledge, KnowledgeEntry  # noqa: E402
from tasks.embedding import sense_of_the_environment  # noqa: E402
from tasks.replies.matching import Matcher  # noqa: E402

DATA = Path(os.environ.get("VIGIE_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
VALIDATION_SHARE = 0.1

sense = sense_of_the_environment(sys.exit)

Labelled = list[tuple[str, str]]


def rows(name: str) -> Labelled:
    """(text, label) of a file; the label is empty for what no entry answers."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [(text, label) for text, label in list(csv.reader(file))[1:]]


def knowledge_of(labelled: Labelled) -> Knowledge:
    """Each label an entry, its texts the variants; texts without a label are examples for humans."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in labelled:
        by_label[label].append(text)
    for_humans = tuple(by_label.pop("", ()))
    entries = [KnowledgeEntry(label, "en", texts[0], label, tuple(texts[1:])) for label, texts in by_label.items()]
    return Knowledge(tuple(entries), for_humans)


def measure(name: str, train: Labelled, test: Labelled) -> None:
    """Print a line of the table: in-scope accuracy (a null counts as wrong) and out-of-scope recall."""
    started = time.perf_counter()
    matcher = Matcher.fit(knowledge_of(train), sense)
    fit_seconds = time.perf_counter() - started
    found = matcher.match([text for text, _ in test])["entry_id"].to_list()
    started = time.perf_counter()
    for text, _ in test[:300]:
        matcher.match([text])
    match_ms = (time.perf_counter() - started) / len(test[:300]) * 1000
    right = np.array([entry == label for entry, (_, label) in zip(found, test, strict=True) if label])
    refused = np.array([entry is None for entry, (_, label) in zip(found, test, strict=True) if not label])
    recall = f"{refused.mean() * 100:6.1f}" if len(refused) else "     -"
    print(f"{name:44s} {right.mean() * 100:6.2f} {recall} {fit_seconds:8.1f} {match_ms:10.2f}")


def reference_seconds(labelled: Labelled) -> float:
    """Time of scikit-learn's TfidfVectorizer (words 1-2, characters 2-5) and LogisticRegression(C=50)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    features = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    texts, labels = zip(*labelled, strict=True)
    started = time.perf_counter()
    make_pipeline(features, LogisticRegression(C=50)).fit(texts, labels)
    return time.perf_counter() - started


def main() -> None:
    clinc, validation, banking = rows("clinc150/train.csv"), rows("clinc150/val.csv"), rows("banking77/train.csv")
    print(f"with the embeddings of {sense.name}" if sense else "without embeddings")
    print(f"{'':44s} {'in %':>6s} {'out %':>6s} {'fit s':>8s} {'match ms':>10s}")
    measure("CLINC150, with examples for humans", clinc, validation)
    measure("CLINC150, without", [row for row in clinc if row[1]], validation)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(banking))
        held = int(len(banking) * VALIDATION_SHARE)
        test, train = ([banking[at] for at in part] for part in (order[:held], order[held:]))
        measure(f"banking77, validation tenth {seed + 1}", train, test)
    if "--quick" not in sys.argv:
        started = time.perf_counter()
        Matcher.fit(knowledge_of(clinc))
        ours = time.perf_counter() - started
        theirs = reference_seconds(clinc)
        print(f"fit of {len(clinc)} variants: {ours:.1f} s; scikit-learn {theirs:.1f} s; ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
