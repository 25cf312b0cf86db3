"""A small French and English knowledge base, and comments and verdicts as the steps before produce them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from domain.charter import Charter, Norm
from domain.community import Community, WatchedSource
from domain.knowledge import Knowledge
from domain.records import COMMENT_SCHEMA, VERDICT_SCHEMA, Platform, SourceKind, frame
from tasks.knowledge.markdown_file import parse_markdown
from tasks.knowledge.merging import merge
from tasks.replies.matching import Matcher

FRENCH = """---
lang: fr
updated: 2026-05-31
---
# Notre aide

## Où est ma commande ? {#order_status}
- Je n'ai toujours pas reçu mon colis
- Comment suivre ma livraison ?
- Mon paquet n'est pas arrivé

Suivez votre colis sur [la page de suivi](https://example.org/fr/suivi). La livraison prend trois jours.

## Livrez-vous en Suisse ? {#shipping_countries}
- Dans quels pays livrez-vous ?
- Est-ce que vous expédiez en Belgique ?

Nous livrons en France, en Belgique et en Suisse.

## Comment changer mon mot de passe ? {#password}
- J'ai oublié mon mot de passe
- réinitialiser le mot de passe
- Je n'arrive plus à me connecter à mon compte

1. Ouvrez **Réglages**.
2. Choisissez « Mot de passe ».

Le détail est sur https://example.org/fr/mot-de-passe.

## À confier {#humans}
- Votre produit m'a donné des boutons
- Qui est votre directeur ?
"""

ENGLISH = """---
lang: en
---
## Where is my order? {#order_status}
- My parcel has not arrived
- How do I track my delivery?
- still waiting for my package

Track it on [the tracking page](https://example.org/en/track). Delivery takes three days.

## How do I change my password? {#password}
- I forgot my password
- reset password
- I can't log in to my account

Open **Settings**, then choose “Password”.

## Can I cancel my subscription? {#cancel}
- How do I unsubscribe?
- stop my plan
- I want to end my membership

Yes, at any time, on [your account page](https://example.org/en/account).
"""

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return merge([parse_markdown(FRENCH, "fr.md"), parse_markdown(ENGLISH, "en.md")])


@pytest.fixture(scope="session")
def matcher(knowledge: Knowledge) -> Matcher:
    return Matcher.fit(knowledge)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def charter() -> Charter:
    return Charter(norms=[Norm(id="insult")])


@pytest.fixture
def community() -> Community:
    source = WatchedSource(platform=Platform.REDDIT, kind=SourceKind.SUBREDDIT, name="acme")
    return Community(name="Acme", sources=[source], team=["acme_team"])


@pytest.fixture
def comment() -> Callable[..., dict[str, Any]]:
    """A row of COMMENT_SCHEMA; keywords replace what a plain English comment of a thread has."""

    def build(text: str, **changed: Any) -> dict[str, Any]:
        row = {
            "id": "reddit:t1_a",
            "platform": "reddit",
            "source_id": "reddit:subreddit:acme",
            "native_id": "t1_a",
            "kind": "comment",
            "thread_id": "reddit:t3_post",
            "thread_title": "Weekly thread",
            "parent_id": "reddit:t3_post",
            "author_id": "reddit:u1",
            "author_name": "Marie_75",
            "text": text,
            "lang": "en",
            "created_at": NOW,
            "deleted": False,
            "score": 1,
            "permalink": "https://reddit.com/r/acme/1",
            "raw": "{}",
        }
        return row | changed

    return build


@pytest.fixture
def comments() -> Callable[[list[dict[str, Any]]], pl.DataFrame]:
    return lambda rows: frame(rows, COMMENT_SCHEMA)


@pytest.fixture
def verdicts() -> Callable[..., pl.DataFrame]:
    """One verdict for each comment, `allow` unless told."""

    def build(comments: pl.DataFrame, **actions: str) -> pl.DataFrame:
        rows = [
            {"comment_id": i, "text_hash": "h", "action": actions.get(i.split("_")[-1], "allow"), "norms": []}
            for i in comments["id"]
        ]
        return frame(rows, VERDICT_SCHEMA)

    return build
