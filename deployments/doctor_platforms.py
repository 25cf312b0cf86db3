"""What `vigie doctor` asks each platform: who Vigie is there, what its credentials allow, what the quota still holds.

Secrets that lie in Prefect's blocks are taken from there first, as a run takes them.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.contract import Connector, ConnectorError, connect
from connectors.reddit import RedditConnector
from domain.community import Community
from domain.language import say, spoken
from domain.records import Limit, Platform, SourceKind

ABILITIES = {
    "fr": {"read": "lire", "reply": "répondre", "moderate": "modérer"},
    "en": {"read": "read", "reply": "reply", "moderate": "moderate"},
}
MODERATED = {SourceKind.SUBREDDIT, SourceKind.MODQUEUE, SourceKind.REPORTS}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    wrong: bool = False

    def __str__(self) -> str:
        return f"{'✗' if self.wrong else '✓'} {self.what}"


def platforms(community: Community) -> Iterator[Finding]:
    """A line for each platform that is watched, and one for each thing that is missing there."""
    yield from _blocks()
    for platform in dict.fromkeys(source.platform for source in community.sources):
        try:
            connector = connect(platform)
            identity, grants = connector.identity(), connector.grants()
            yield _allowed(platform, identity, grants, connector.limits())
            yield from _missing(platform, grants)
            yield from _unmoderated(community, connector)
        except ConnectorError as error:
            yield Finding(f"{platform}: {type(error).__name__}: {error}", wrong=True)


def _blocks() -> Iterator[Finding]:
    if not os.environ.get("PREFECT_API_URL"):
        return
    from tasks.credentials import take_from_blocks

    try:
        taken = take_from_blocks()
    except Exception as error:  # whatever a server that is not there makes of it: the rest can be looked at
        yield Finding(
            say(
                fr="Prefect ne répond pas à l'adresse de PREFECT_API_URL ({error}) : ses blocs n'ont pas été lus",
                en="Prefect does not answer at PREFECT_API_URL ({error}): its blocks were not read",
                error=type(error).__name__,
            ),
            wrong=True,
        )
        return
    if taken:
        yield Finding(say(fr="blocs de Prefect : {names}", en="blocks of Prefect: {names}", names=", ".join(taken)))


def _allowed(platform: Platform, identity: str, grants: Mapping[str, str], limits: list[Limit]) -> Finding:
    names = ABILITIES[spoken()]
    who = identity or say(fr="lecture seule", en="read only")
    may = ", ".join(names[what] for what, missing in grants.items() if not missing)
    left = [
        f"{limit.name}: {limit.remaining:g}" + (f"/{limit.total:g}" if limit.total else "") + f" {limit.unit}"
        for limit in limits
        if limit.remaining is not None
    ]
    return Finding(" · ".join([f"{platform}: {who}", may, *left]))


def _missing(platform: Platform, grants: Mapping[str, str]) -> Iterator[Finding]:
    names = ABILITIES[spoken()]
    for what, missing in grants.items():
        if missing:
            yield Finding(
                say(
                    fr="{platform} : ne peut pas {what}, il manque {missing} ; refaites le jeton avec (docs/credentials.fr.md)",
                    en="{platform}: cannot {what}, {missing} is missing; make the token again with it (docs/credentials.en.md)",
                    platform=platform,
                    what=names[what],
                    missing=missing,
                ),
                wrong=True,
            )


def _unmoderated(community: Community, connector: Connector) -> Iterator[Finding]:
    """Subreddits in which the account may speak but not moderate."""
    if not isinstance(connector, RedditConnector) or not connector.may_write:
        return
    watched = community.watched([Platform.REDDIT])
    for name in dict.fromkeys(source.name for source in watched if source.kind in MODERATED):
        if not connector.moderates(name):
            yield Finding(
                say(
                    fr="reddit : le compte ne modère pas r/{name} ; invitez-le parmi les modérateurs pour qu'il retire ou verrouille",
                    en="reddit: the account does not moderate r/{name}; invite it as a moderator so that it may remove or lock",
                    name=name,
                ),
                wrong=True,
            )
