"""Writes a new workspace from the templates, in the CM's language."""

from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from domain.documents import MendableError
from domain.language import say

TEMPLATES = files("deployments") / "workspaces"
LANGUAGES = ("fr", "en")


def write_workspace(folder: Path, language: str, name: str, timezone: str) -> list[Path]:
    """The files written.

    Raises MendableError for another language, or naming every file that is in the way, and writes nothing then.
    """
    if language not in LANGUAGES:
        message = say(
            fr="--language {language} : attendu, fr ou en",
            en="--language {language}: expected fr or en",
            language=language,
        )
        raise MendableError(message)
    template = Path(str(TEMPLATES / language))
    sources = sorted(path for path in template.rglob("*") if path.is_file())
    targets = [folder / path.relative_to(template) for path in sources]
    in_the_way = [str(path) for path in targets if path.exists()]
    if in_the_way:
        message = say(
            fr="déjà présents, rien n'a été écrit : {files}",
            en="already there, nothing was written: {files}",
            files=", ".join(in_the_way),
        )
        raise MendableError(message)
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    for source, target in zip(sources, targets, strict=True):
        text = environment.from_string(source.read_text(encoding="utf-8")).render(name=name, timezone=timezone)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return targets
