"""Settings of the environment (`VIGIE_...`): where the workspace, the store and the platforms are, and the secrets.

Secrets are SecretStr: they show as asterisks in logs, artifacts and errors. An empty variable counts as not set.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_", extra="ignore", env_ignore_empty=True)

    workspace: Path = Path("workspace")
    database_url: SecretStr = Field(default=SecretStr(""), description="empty: SQLite in the workspace")
    public_dir: Path | None = Field(default=None, description="where pages are published; default: WORKSPACE/public")

    @property
    def store_url(self) -> str:
        """The SQLAlchemy address of the store."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.var / 'vigie.db'}"

    @property
    def var(self) -> Path:
        """Where Vigie keeps what is its own: the store, Data Docs, fitted models."""
        return self.workspace / "var"

    @property
    def survey(self) -> Path:
        """Where the map of journeys is written, with what it proposes."""
        return self.workspace / "survey"

    @property
    def public(self) -> Path:
        """Where pages are published."""
        return self.public_dir or self.workspace / "public"


class LinkSettings(BaseSettings):
    """What signs the links by which readers act without signing in."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_LINK_", extra="ignore")

    secret: SecretStr = Field(default=SecretStr(""), description="long and random; empty: no such links are made")


class RedditCredentials(BaseSettings):
    """A Reddit "script" application. `url` is only for the sandbox."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_REDDIT_", extra="ignore", env_ignore_empty=True)

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    username: str = ""
    password: SecretStr = SecretStr("")
    url: str = ""


class YouTubeCredentials(BaseSettings):
    """A key to read, and an OAuth refresh token to write. `url` is only for the sandbox."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_YOUTUBE_", extra="ignore", env_ignore_empty=True)

    api_key: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    url: str = ""


class XCredentials(BaseSettings):
    """A bearer token to read, and the four OAuth 1.0a values to write. `url` is only for the sandbox."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_X_", extra="ignore", env_ignore_empty=True)

    bearer_token: SecretStr = SecretStr("")
    consumer_key: str = ""
    consumer_secret: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    access_token_secret: SecretStr = SecretStr("")
    url: str = ""


class ModelCredentials(BaseSettings):
    """An OpenAI-compatible endpoint; without `name` no model is called."""

    model_config = SettingsConfigDict(
        env_prefix="VIGIE_MODEL_", extra="ignore", env_ignore_empty=True, protected_namespaces=()
    )

    preset: str = Field(default="openai", description="openai, gemini, claude, perplexity, ollama, vllm or llamacpp")
    name: str = ""
    api_key: SecretStr = SecretStr("")
    url: str = Field(default="", description="overrides the address of the preset")
    moderation: str = Field(
        default="", description="a model of the moderation endpoint, such as omni-moderation-latest; empty: not used"
    )


class EmbeddingCredentials(BaseSettings):
    """A sentence-embedding model: a folder on this machine, or a name at an OpenAI-compatible endpoint; else none."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_EMBEDDING_", extra="ignore", env_ignore_empty=True)

    folder: Path | None = Field(default=None, description="of a model2vec model; nothing is downloaded")
    preset: str = Field(default="openai", description="openai, gemini, ollama, vllm or llamacpp")
    name: str = ""
    api_key: SecretStr = SecretStr("")
    url: str = Field(default="", description="overrides the address of the preset")


class DeliveryCredentials(BaseSettings):
    """How digests and urgent hand-offs leave."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_", extra="ignore", env_ignore_empty=True)

    slack_webhook_url: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_url: str = Field(default="", description="only for the sandbox")
    smtp_url: SecretStr = Field(
        default=SecretStr(""), description="smtp://user:password@host:587, smtps://... or smtp://host:25"
    )
    mail_from: str = "vigie@localhost"
    handoff_webhook_url: SecretStr = Field(
        default=SecretStr(""), description="where each new hand-off is posted as JSON"
    )
    handoff_webhook_token: SecretStr = SecretStr("")
