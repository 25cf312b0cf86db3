"""What `vigie doctor` looks at: the workspace's files, the store, and every credential that the workspace needs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from connectors.store.engine import StoreUnavailable, open_store
from connectors.workspace import collect_problems
from deployments.doctor_platforms import Finding, platforms
from domain.community import Community
from domain.documents import WorkspaceError
from domain.language import say
from domain.settings import DeliveryCredentials, LinkSettings, Settings
from tasks.embedding import sense_of_the_environment
from tasks.workspace import read_catalogue, read_charter, read_community, read_knowledge


def examine() -> list[Finding]:
    """Everything that is right or wrong, files first. Never raises for what a CM can mend."""
    settings = Settings()
    findings = list(_files(settings.workspace))
    if settings.workspace.exists():
        findings.append(_store(settings))
    try:
        community = read_community(settings.workspace)
    except WorkspaceError:
        return findings
    return [*findings, *platforms(community), *_embeddings(), *_delivery(community)]


def _files(folder: Path) -> Iterator[Finding]:
    readers = {
        "community.yaml": read_community,
        "charter.yaml": read_charter,
        "knowledge/": read_knowledge,
        "catalogue.yaml": read_catalogue,
    }
    for name, read in readers.items():
        problems = collect_problems(partial(read, folder))
        yield from (Finding(str(problem), wrong=True) for problem in problems)
        if not problems and folder.exists():
            yield Finding(f"{folder / name}")


def _store(settings: Settings) -> Finding:
    try:
        engine = open_store(settings.store_url)
    except StoreUnavailable as error:
        return Finding(str(error), wrong=True)
    shown = engine.url.render_as_string(hide_password=True)
    engine.dispose()
    return Finding(say(fr="base {url}", en="store {url}", url=shown))


def _embeddings() -> Iterator[Finding]:
    """Whether the embedding model answers, where one is configured: without it, matching goes by words alone."""
    problems: list[str] = []
    sense = sense_of_the_environment(problems.append)
    if sense and sense.vectors(["?"]) is not None:
        yield Finding(say(fr="plongements de phrases : {name}", en="sentence embeddings: {name}", name=sense.name))
    yield from (Finding(problem, wrong=True) for problem in problems)


def _delivery(community: Community) -> Iterator[Finding]:
    credentials = DeliveryCredentials()
    channels = {recipient.channel for recipient in community.recipients}
    needed = {
        "email": ("VIGIE_SMTP_URL", credentials.smtp_url),
        "slack": ("VIGIE_SLACK_WEBHOOK_URL", credentials.slack_webhook_url),
    }
    for channel in sorted(channels):
        variable, secret = needed[channel]
        present = bool(secret.get_secret_value())
        yield Finding(f"{channel}: {_present(variable) if present else _absent(variable)}", wrong=not present)
    if (community.unsubscribe_url or community.pause_url) and not LinkSettings().secret.get_secret_value():
        yield Finding(_unsigned(), wrong=True)


def _present(variable: str) -> str:
    return say(fr="{variable} est définie", en="{variable} is set", variable=variable)


def _unsigned() -> str:
    return say(
        fr="VIGIE_LINK_SECRET n'est pas définie : ni lien de désinscription, ni lien de suspension",
        en="VIGIE_LINK_SECRET is not set: neither a link to unsubscribe nor one to pause replies",
    )


def _absent(variable: str) -> str:
    return say(
        fr="{variable} n'est pas définie ; le digest ne peut pas partir",
        en="{variable} is not set; the digest cannot leave",
        variable=variable,
    )
