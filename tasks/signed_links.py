"""The links by which a reader acts without signing in: leave the digest, pause replies on a crisis.

Each is signed with VIGIE_LINK_SECRET (HMAC-SHA256), so that whoever knows an address or a crisis cannot make one. Without
a secret there are no such links.
"""

import hashlib
import hmac
from urllib.parse import urlencode, urlsplit, urlunsplit

from domain.community import Community
from domain.language import Language
from domain.settings import LinkSettings

TOKEN_CHARACTERS = 32  # 128 bits


def unsubscribe_token(community: str, address: str) -> str:
    """What an unsubscribe link names its reader by, so that no address stands in it; empty without a secret."""
    return _token("unsubscribe", community, address.lower())


def pause_token(community: str, crisis: str) -> str:
    """What shows that a link to pause replies on a crisis came from an alert; empty without a secret."""
    return _token("pause", community, crisis)


def unsubscribe_url(community: Community, address: str) -> str:
    """The configured address with the reader's token; empty where none is configured, or no secret."""
    return _url(community.unsubscribe_url, {"to": unsubscribe_token(community.name, address)})


def pause_url(community: Community, crisis: str, language: Language) -> str:
    """The configured address with the crisis, its token and the reader's language; empty where none is configured, or no secret."""
    token = pause_token(community.name, crisis)
    return _url(community.pause_url, {"crisis": crisis, "lang": language, "token": token})


def _token(*parts: str) -> str:
    secret = LinkSettings().secret.get_secret_value()
    if not secret:
        return ""
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:TOKEN_CHARACTERS]


def _url(address: object, query: dict[str, str]) -> str:
    if not address or not all(query.values()):
        return ""
    parts = urlsplit(str(address))
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, urlencode(query)) if part)))
