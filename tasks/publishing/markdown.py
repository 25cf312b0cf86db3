"""The digest as Markdown, for a Prefect artifact or a file."""

from tasks.publishing.edition import Digest
from tasks.publishing.escaping import markdown, markdown_url
from tasks.publishing.quoting import safe_url
from tasks.publishing.rendering import rendered
from tasks.publishing.wording import Wording


def render_markdown(digest: Digest) -> str:
    """The digest as GitHub-flavoured Markdown; what members wrote is escaped."""
    words = Wording(digest.language, digest.timezone)
    text = rendered("digest.md.j2", digest=digest, words=words, md=markdown, address=markdown_url, url=safe_url)
    return _one_blank_line(text)


def _one_blank_line(text: str) -> str:
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip() + "\n"
