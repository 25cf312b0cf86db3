"""Secrets kept in Prefect: a Secret block `vigie-NAME` stands for the variable VIGIE_NAME where the environment lacks it."""

import os
from typing import cast

from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

PREFIX = "vigie-"
BLOCKS_READ = 200


def take_from_blocks() -> list[str]:
    """Set the missing variables of this process from blocks: `vigie-reddit-client-secret` gives VIGIE_REDDIT_CLIENT_SECRET.

    The environment wins over a block. Gives the names of the variables that were set, never a value.
    """
    with get_client(sync_client=True) as client:
        try:
            documents = client.read_block_documents_by_type("secret", limit=BLOCKS_READ, include_secrets=False)
        except ObjectNotFound:  # no block was ever registered on this server
            return []
    taken = []
    for name in sorted(document.name or "" for document in documents):
        variable = name.upper().replace("-", "_")
        if name.startswith(PREFIX) and not os.environ.get(variable):
            os.environ[variable] = str(cast(Secret[str], Secret.load(name)).get())
            taken.append(variable)
    return taken
