"""Makes the models that come with Vigie: `python -m tasks.moderation.train_baseline --data DIR`.

DIR holds the folders `youtube_spam` (YouTube Spam Collection, UCI, CC BY 4.0), `mlma_fr` (MLMA hate speech,
HKUST-KnowComp, MIT), and as harmless texts `reddit_posts` (umbrae/reddit-top-2.5-million, free for any use),
`clinc150` (CC BY 3.0) and `banking77` (CC BY 4.0). Vigie's own sentences (sentences.csv) are added.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tasks.moderation.local_model import SHIPPED, save
from tasks.moderation.training import train

SENTENCES_FILE = Path(__file__).with_name("sentences.csv")
GROUPS_PER_SENTENCE = 8
GROUPS = {
    ("en", "{g}"): (
        "women,gays,gay people,trans people,transgender people,lesbians,queers,Muslims,Jews,Jewish people,black people,"
        "blacks,Asians,Mexicans,Indians,immigrants,migrants,refugees,foreigners,disabled people,Arabs,Africans,gypsies,"
        "old people,homosexuals,Chinese people,Christians,girls,brown people,autistic people"
    ),
    ("en", "{s}"): (
        "woman,gay,gay man,trans woman,lesbian,Muslim,Jew,black guy,black woman,Mexican,immigrant,refugee,Arab,"
        "disabled person,Indian,foreigner,Asian,Chinese man,gypsy,girl"
    ),
    ("fr", "{g}"): (
        "femmes,gays,homosexuels,homos,personnes trans,trans,lesbiennes,musulmans,musulmanes,juifs,noirs,Noirs,"
        "Africains,Arabes,Maghrébins,Algériens,Asiatiques,Chinois,immigrés,migrants,réfugiés,étrangers,handicapés,"
        "personnes handicapées,Roms,gitans,vieux,meufs,chrétiens,autistes"
    ),
    ("fr", "{s}"): (
        "homo,gay,trans,musulman,juif,Noir,Arabe,immigré,migrant,réfugié,étranger,handicapé,Rom,gitan,Chinois,Africain,"
        "Algérien,autiste"
    ),
}
CREDITS = (
    "sentences written for Vigie",
    "YouTube Spam Collection (T. C. Alberto, J. V. Lochter, T. A. Almeida; UCI repository), CC BY 4.0",
    "MLMA hate speech (N. Ousidhoum et al., 2019; HKUST-KnowComp), MIT",
    "CLINC150 (S. Larson et al., 2019), CC BY 3.0",
    "Banking77 (I. Casanueva et al., 2020; PolyAI), CC BY 4.0",
    "reddit-top-2.5-million (umbrae)",
)
SUPPORT_QUESTIONS = 1_500  # of each collection of questions


@dataclass(frozen=True)
class Examples:
    """Texts, whether each breaks the norm, and which belong together: a fold never splits a group."""

    texts: list[str]
    labels: list[bool]
    groups: list[str]

    def __add__(self, other: "Examples") -> "Examples":
        return Examples(self.texts + other.texts, self.labels + other.labels, self.groups + other.groups)


def own_sentences(norm: str) -> Examples:
    """Vigie's own sentences about a norm; `{g}` and `{s}` stand for several groups of people in turn."""
    rows = pl.read_csv(SENTENCES_FILE, infer_schema_length=0).filter(pl.col("norm") == norm)
    examples = Examples([], [], [])
    for place, row in enumerate(rows.iter_rows(named=True)):
        texts = filled(row["text"], row["lang"], place)
        examples += Examples(texts, [row["label"] == "1"] * len(texts), [f"own {place}"] * len(texts))
    return examples


def filled(sentence: str, lang: str, place: int) -> list[str]:
    """The sentence with groups of people in its slot; other ones for each place in the file."""
    for slot in ("{g}", "{s}"):
        if slot in sentence:
            groups = GROUPS[lang, slot].split(",")
            chosen = [groups[(place * 7 + step * 3) % len(groups)] for step in range(GROUPS_PER_SENTENCE)]
            return [sentence.replace(slot, group) for group in dict.fromkeys(chosen)]
    return [sentence]


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


def _mlma(data: Path) -> pl.DataFrame:
    return pl.read_csv(data / "mlma_fr" / "train.csv", infer_schema_length=0)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    data = chosen.data
    sets = {
        "hate": own_sentences("hate") + french_tweets(data) + good_comments(data),
        "spam": own_sentences("spam") + youtube_comments(data) + tweets_without_spam(data) + good_comments(data),
    }
    for norm, examples in sets.items():
        model, report = train(examples.texts, examples.labels, norm, source="; ".join(CREDITS), groups=examples.groups)
        save(model, chosen.out)
        sys.stdout.write(
            f"{model.version}: {report.examples} examples, held-out macro-F1 {report.macro_f1:.3f}, precision "
            f"{report.precision:.3f}, recall {report.recall:.3f} at {report.threshold}, alone from {report.act_threshold}\n"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
