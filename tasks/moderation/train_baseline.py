"""Makes the models that come with Vigie: `python -m tasks.moderation.train_baseline --data DIR`.

DIR holds the folders `youtube_spam` (YouTube Spam Collection, UCI, CC BY 4.0), `mlma_fr` (MLMA hate speech,
HKUST-KnowComp, MIT), and as harmless texts `reddit_posts` (umbrae/reddit-top-2.5-million, free for any use),
`clinc150` (CC BY 3.0) and `banking77` (CC BY 4.0). Vigie's own sentences (sentences.csv) are added.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl

from tasks.moderation.local_model import SHIPPED, NormModel, save
from tasks.moderation.own_sentences import Examples, own_sentences
from tasks.moderation.training import train

CREDITS = (
    "sentences written for Vigie",
    "YouTube Spam Collection (T. C. Alberto, J. V. Lochter, T. A. Almeida; UCI repository), CC BY 4.0",
    "MLMA hate speech (N. Ousidhoum et al., 2019; HKUST-KnowComp), MIT",
    "CLINC150 (S. Larson et al., 2019), CC BY 3.0",
    "Banking77 (I. Casanueva et al., 2020; PolyAI), CC BY 4.0",
    "reddit-top-2.5-million (umbrae)",
)
PROVEN = ("spam",)  # norms whose examples of both kinds are real comments
BOUND_OF_OWN_SENTENCES = 0.8  # below the precision from which on a norm may act alone by default
SUPPORT_QUESTIONS = 1_500  # of each collection of questions


def youtube_comments(data: Path) -> Examples:
    """The YouTube Spam Collection; True is spam, and each video is a group."""
    files = sorted((data / "youtube_spam").glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{data / 'youtube_spam'}: no CSV file of the YouTube Spam Collection")
    rows = pl.concat([pl.read_csv(file, infer_schema_length=0, columns=["CONTENT", "CLASS"]) for file in files])
    texts = rows["CONTENT"].to_list()
    return Examples(texts, (rows["CLASS"] == "1").to_list(), texts)


def good_comments(data: Path) -> Examples:
    """Texts that break no norm: YouTube comments that are not spam, posts of Reddit, questions to a support desk."""
    comments = youtube_comments(data)
    texts = [text for text, spam in zip(comments.texts, comments.labels, strict=True) if not spam]
    for file in sorted((data / "reddit_posts").glob("*.csv")):
        texts += pl.read_csv(file, infer_schema_length=0)["title"].drop_nulls().to_list()
    for folder in ("clinc150", "banking77"):
        questions = pl.read_csv(data / folder / "train.csv", infer_schema_length=0)["text"].to_list()
        texts += questions[:: max(len(questions) // SUPPORT_QUESTIONS, 1)]
    return Examples(texts, [False] * len(texts), texts)


def french_tweets(data: Path) -> Examples:
    """MLMA's French tweets that annotators found hateful (True) or normal."""
    rows = _mlma(data)
    hateful, normal = pl.col("sentiment").str.contains("hateful"), pl.col("sentiment") == "normal"
    rows = rows.filter(hateful | normal).with_columns(hateful=hateful)
    return Examples(rows["tweet"].to_list(), rows["hateful"].to_list(), rows["tweet"].to_list())


def tweets_without_spam(data: Path) -> Examples:
    """MLMA's French tweets as examples of what is not spam, whatever else it is."""
    texts = _mlma(data)["tweet"].to_list()
    return Examples(texts, [False] * len(texts), texts)


def normal_tweets(data: Path) -> Examples:
    """MLMA's French tweets that annotators found normal, as examples of what breaks no norm."""
    texts = _mlma(data).filter(pl.col("sentiment") == "normal")["tweet"].to_list()
    return Examples(texts, [False] * len(texts), texts)


def _mlma(data: Path) -> pl.DataFrame:
    return pl.read_csv(data / "mlma_fr" / "train.csv", infer_schema_length=0)


def unproven(model: NormModel) -> NormModel:
    """The model without claims that only real comments could bear out: it proposes, until it has learnt from people."""
    bounds = (replace(one, lower_bound=min(one.lower_bound, BOUND_OF_OWN_SENTENCES)) for one in model.bounds)
    return replace(model, bounds=tuple(bounds))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    data = chosen.data
    harmless = good_comments(data)
    sets = {
        "hate": own_sentences("hate") + french_tweets(data) + harmless,
        "spam": own_sentences("spam") + youtube_comments(data) + tweets_without_spam(data) + harmless,
    }
    for norm in ("insult", "threat", "sexual"):
        sets[norm] = own_sentences(norm) + normal_tweets(data) + harmless
    for norm in ("scam", "self_promotion"):
        sets[norm] = own_sentences(norm) + tweets_without_spam(data) + harmless
    for norm, examples in sets.items():
        model, report = train(examples.texts, examples.labels, norm, source="; ".join(CREDITS), groups=examples.groups)
        if norm not in PROVEN:
            model = unproven(model)
        save(model, chosen.out)
        sys.stdout.write(
            f"{model.version}: {report.examples} examples, held-out macro-F1 {report.macro_f1:.3f}, precision "
            f"{report.precision:.3f}, recall {report.recall:.3f} at {report.threshold}, alone from {report.act_threshold}\n"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
