"""Opens the workspace of the environment: its files, read and checked, and its store."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from connectors.contract import Connector, ConnectorError, connect
from connectors.store.comments import record_pull, register_sources
from connectors.store.engine import open_store
from connectors.store.memory import StoredMemory
from connectors.store.refreshing import stored_sources
from connectors.workspace import collect_problems, knowledge_files, read_file
from domain.catalogue import Catalogue
from domain.charter import Charter
from domain.community import Community, Language
from domain.documents import WorkspaceError, parse
from domain.knowledge import Knowledge
from domain.records import Platform, Source
from domain.settings import Settings
from tasks.knowledge.csv_file import parse_csv
from tasks.knowledge.markdown_file import parse_markdown
from tasks.knowledge.merging import merge
from tasks.moderation.charter_file import load_charter


@dataclass(frozen=True)
class Workspace:
    """A community's files and store, ready to work with."""

    settings: Settings
    community: Community
    charter: Charter
    knowledge: Knowledge
    catalogue: Catalogue
    store: Engine

    @property
    def language(self) -> Language:
        """The language in which Vigie speaks to the CM: the first of the community's."""
        return self.community.languages[0]


def open_workspace() -> Workspace:
    """Read everything. Raises WorkspaceError with every mistake in every file, and StoreUnavailable."""
    settings = Settings()
    folder = settings.workspace
    problems = collect_problems(
        partial(read_community, folder),
        partial(read_charter, folder),
        partial(read_knowledge, folder),
        partial(read_catalogue, folder),
    )
    if problems:
        raise WorkspaceError(problems)
    return Workspace(
        settings,
        read_community(folder),
        read_charter(folder),
        read_knowledge(folder),
        read_catalogue(folder),
        open_store(settings.store_url),
    )


def read_community(folder: Path) -> Community:
    """`community.yaml`. Raises WorkspaceError."""
    file = read_file(folder, "community.yaml")
    return parse(file.text, Community, file.path)


def read_charter(folder: Path) -> Charter:
    """`charter.yaml`, with what it inherits from the presets. Raises WorkspaceError."""
    file = read_file(folder, "charter.yaml")
    return load_charter(file.text, file.path)


def read_knowledge(folder: Path) -> Knowledge:
    """Every file of `knowledge/`. Raises WorkspaceError."""
    files = knowledge_files(folder)
    readers = {".md": parse_markdown, ".csv": parse_csv}
    steps = [partial(readers[Path(file.path).suffix], file.text, file.path) for file in files]
    problems = collect_problems(*steps)
    if problems:
        raise WorkspaceError(problems)
    return merge([step() for step in steps])


def read_catalogue(folder: Path) -> Catalogue:
    """`catalogue.yaml`, empty where there is none. Raises WorkspaceError."""
    if not (folder / "catalogue.yaml").exists():
        return Catalogue()
    file = read_file(folder, "catalogue.yaml")
    return parse(file.text, Catalogue, file.path)


def read_voice(folder: Path) -> str:
    """`voice.md`, the tone in which the community writes; empty where there is none. Raises WorkspaceError."""
    return read_file(folder, "voice.md").text.strip() if (folder / "voice.md").exists() else ""


def register(workspace: Workspace, sources: list[Source]) -> None:
    """Make the watched sources known to the store."""
    register_sources(workspace.store, sources)


def known_sources(workspace: Workspace) -> list[Source]:
    """The sources of `community.yaml`, and those that were watched before."""
    watched = workspace.community.watched()
    return watched + [source for source in stored_sources(workspace.store) if source not in watched]


def connect_all(workspace: Workspace, sources: list[Source], now: datetime) -> dict[Platform, Connector]:
    """A connector for each platform that has its credentials; the sources of the others are recorded as late."""
    connectors: dict[Platform, Connector] = {}
    memory = StoredMemory(workspace.store, workspace.community.budget.x_usd_a_month)
    for platform in dict.fromkeys(source.platform for source in sources):
        try:
            connectors[platform] = connect(platform, memory)
        except ConnectorError as error:
            for source in sources:
                if source.platform == platform:
                    record_pull(workspace.store, source, now, f"{type(error).__name__}: {error}")
    return connectors
