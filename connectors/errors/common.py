"""Errors that every platform has. Messages name no address and no header: these may hold secrets."""

from collections.abc import Mapping

from connectors.contract import Gone, RateLimited, Rejected, Unauthorized, Unavailable
from domain.language import say


def unreachable(platform: str, why: str) -> Unavailable:
    """Time-out, cut connection, no such host. why: the name of the client library's error."""
    return Unavailable(
        say(
            fr="{platform} est injoignable : {why}",
            en="{platform} could not be reached: {why}",
            platform=platform,
            why=why,
        )
    )


def senseless(platform: str, why: str) -> Unavailable:
    """An answer that is not what it should be: truncated, malformed, of an unknown shape."""
    return Unavailable(
        say(
            fr="la réponse de {platform} n'a pas de sens : {why}",
            en="{platform}'s answer made no sense: {why}",
            platform=platform,
            why=why,
        )
    )


def unwell(platform: str, said: str) -> Unavailable:
    """A 5xx."""
    return Unavailable(
        say(fr="{platform} va mal ({said})", en="{platform} is not well ({said})", platform=platform, said=said)
    )


def gone(platform: str, said: str) -> Gone:
    """A 404 or 410."""
    return Gone(
        say(
            fr="{platform} n'a pas cela ({said}) : c'est supprimé, privé, ou n'a jamais existé",
            en="{platform} does not have this ({said}): it was deleted, is private or never existed",
            platform=platform,
            said=said,
        )
    )


def refused(platform: str, said: str) -> Rejected:
    """What it would refuse again. said: the platform's own words."""
    return Rejected(
        say(fr="{platform} a refusé : {said}", en="{platform} refused: {said}", platform=platform, said=said)
    )


def may_not_write(platform: str, variables: str) -> Unauthorized:
    """The credentials suffice to read only. variables: those that writing needs."""
    return Unauthorized(
        say(
            fr="écrire sur {platform} demande {variables}",
            en="{platform} writes need {variables}",
            platform=platform,
            variables=variables,
        )
    )


def not_shown(platform: str, kind: str) -> Rejected:
    """Nothing that the platform tells says whether an action of this kind was done."""
    return Rejected(
        say(
            fr="{platform} ne montre pas si « {kind} » a été fait",
            en="{platform} does not show whether {kind} was done",
            platform=platform,
            kind=kind,
        )
    )


def without_text() -> Rejected:
    """A reply that says nothing."""
    return Rejected(say(fr="une réponse demande un texte", en="a reply needs a text"))


def slow_down(platform: str, said: str, retry_after: float | None) -> RateLimited:
    """Too many requests. retry_after: seconds."""
    return RateLimited(
        say(
            fr="{platform} demande moins de requêtes ({said})",
            en="{platform} wants fewer requests ({said})",
            platform=platform,
            said=said,
        ),
        retry_after,
    )


def seconds_in(headers: Mapping[str, str], *names: str) -> float | None:
    """The first of these headers that is a number, such as `retry-after`."""
    for name in names:
        try:
            return float(headers[name])
        except (KeyError, ValueError):
            continue
    return None
