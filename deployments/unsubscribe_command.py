"""`vigie unsubscribe`: takes an address off the digest, or puts it back; what the link in a mail names is a token."""

from datetime import UTC, datetime

from connectors.store.unsubscribed import subscribe_again, unsubscribe
from domain.documents import MendableError
from domain.language import say
from tasks.signed_links import unsubscribe_token
from tasks.workspace import open_workspace


def unsubscribe_address(given: str, undo: bool) -> str:
    """Remember it in the store. given: an address, or the token of a recipient of `community.yaml`.

    Raises MendableError for what is neither.
    """
    workspace = open_workspace()
    known = {
        unsubscribe_token(workspace.community.name, each.address): each.address
        for each in workspace.community.recipients
    }
    address = known.get(given, given)
    if "@" not in address:
        message = say(
            fr="{given!r} n'est ni une adresse ni le jeton d'un destinataire de community.yaml",
            en="{given!r} is neither an address nor the token of a recipient of community.yaml",
            given=given,
        )
        raise MendableError(message)
    if undo:
        subscribe_again(workspace.store, address)
        return say(
            fr="{address} reçoit de nouveau le digest", en="{address} receives the digest again", address=address
        )
    unsubscribe(workspace.store, address, datetime.now(UTC))
    return say(fr="{address} ne reçoit plus le digest", en="{address} no longer receives the digest", address=address)
