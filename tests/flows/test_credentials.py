"""Secrets that a CM keeps in Prefect reach the connectors, and the environment wins."""

import pytest
from prefect.blocks.system import Secret

from domain.settings import RedditCredentials
from tasks.credentials import take_from_blocks


def test_a_block_stands_for_a_missing_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_REDDIT_CLIENT_SECRET", "")  # restored after the test, whatever is set meanwhile
    monkeypatch.setenv("VIGIE_REDDIT_PASSWORD", "of-the-environment")
    Secret(value="of-the-block").save("vigie-reddit-client-secret", overwrite=True)
    Secret(value="of-the-block").save("vigie-reddit-password", overwrite=True)

    assert take_from_blocks() == ["VIGIE_REDDIT_CLIENT_SECRET"]

    credentials = RedditCredentials()
    assert credentials.client_secret.get_secret_value() == "of-the-block"
    assert credentials.password.get_secret_value() == "of-the-environment"
    assert "of-the" not in repr(credentials)
