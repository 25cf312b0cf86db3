"""Recognises whose column is whose in a table that somebody exported: Reddit, YouTube, X, a spreadsheet.

Headers are compared without case, accents, spaces and punctuation, so that `Created At`, `created_at` and `createdAt`
are one name.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from connectors.files import UnreadableTable
from domain.language import say

# Names by which a column is recognised; the first that the file has is taken.
KNOWN_HEADERS = {
    "id": ("id", "comment_id", "tweet_id", "post_id", "message_id", "status_id", "key", "identifiant", "numéro"),
    "author": (
        "author", "author_name", "author_display_name", "username", "user_name", "screen_name", "user", "author_username",
        "from", "name_of_author", "auteur", "auteure", "utilisateur", "pseudo", "membre", "author_id",
    ),
    "text": (
        "text", "content", "body", "selftext", "comment", "comment_text", "message", "tweet", "full_text", "tweet_text",
        "text_original", "text_display", "post_text", "texte", "commentaire", "contenu", "texte du commentaire",
    ),
    "created_at": (
        "created_at", "created_utc", "date", "published_at", "timestamp", "datetime", "created", "time", "posted_at",
        "date_time", "publish_date", "publication_date", "comment_date", "created_time", "date de publication", "publié le",
        "créé le", "horodatage", "date et heure", "date_utc", "published_time_text",
    ),
    "score": (
        "score", "likes", "like_count", "ups", "votes", "favorite_count", "favourites", "upvotes", "reactions", "j'aime",
        "mentions j'aime", "nombre de j'aime",
    ),
    "thread": (
        "thread", "thread_id", "video_id", "link_id", "submission_id", "conversation_id", "video", "fil", "discussion",
    ),
    "title": ("title", "thread_title", "video_title", "link_title", "post_title", "titre"),
    "parent": (
        "parent", "parent_id", "in_reply_to", "in_reply_to_status_id", "in_reply_to_id", "reply_to", "réponse à",
    ),
    "platform": ("platform", "plateforme", "network", "réseau", "réseau social", "social_network", "site"),
    "permalink": ("permalink", "comment_url", "tweet_url", "post_url", "url", "link", "lien", "adresse"),
    "source": ("subreddit", "channel", "channel_title", "community", "communauté", "chaîne", "page"),
}  # fmt: skip


def matched(
    path: Path, headers: Sequence[str], given: Mapping[str, str], known: Collection[str] = tuple(KNOWN_HEADERS)
) -> dict[str, str]:
    """Our names with the headers of the file that hold them: those given, then those recognised.

    A nested field `snippet.likeCount` is recognised by its whole name and by its last part. known: which of our names
    are wanted. Raises UnreadableTable for a name of ours or of the file that does not exist.
    """
    if unknown := given.keys() - set(known):
        message = say(
            fr="aucune de nos colonnes ne s'appelle {name!r} ; nous connaissons {known}",
            en="no column of ours is called {name!r}; we know {known}",
            name=sorted(unknown)[0],
            known=", ".join(known),
        )
        raise UnreadableTable(f"{path}: {message}")
    for ours, theirs in given.items():
        if theirs not in headers:
            message = say(
                fr="il n'y a pas de colonne {theirs!r} pour {ours} ; les colonnes sont {columns}",
                en="no column {theirs!r} for {ours}; the columns are {columns}",
                theirs=theirs,
                ours=ours,
                columns=", ".join(headers),
            )
            raise UnreadableTable(f"{path}:1: {message}")
    by_name = {plain(header.rpartition(".")[2]): header for header in reversed(headers)}
    by_name |= {plain(header): header for header in reversed(headers)}
    found = dict(given)
    for ours in known:
        names = map(plain, KNOWN_HEADERS[ours])
        free = [by_name[name] for name in names if name in by_name and by_name[name] not in found.values()]
        if ours not in found and free:
            found[ours] = free[0]
    return found


def without(path: Path, ours: str, headers: Sequence[str]) -> UnreadableTable:
    """The error for a file in which a column that is needed was neither given nor recognised."""
    message = say(
        fr="aucune colonne pour {ours} ; les colonnes sont {columns} ; dites laquelle, ainsi : `{ours}=EN-TÊTE`",
        en="no column for {ours}; the columns are {columns}; say which, as `{ours}=HEADER`",
        ours=ours,
        columns=", ".join(headers),
    )
    return UnreadableTable(f"{path}:1: {message}")


def plain(header: str) -> str:
    """A header reduced to its letters and digits."""
    return re.sub(r"[^a-z0-9]+", "", unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().lower())
