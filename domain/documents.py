"""Reads a CM's YAML into a pydantic model and tells mistakes with their file, line and mend."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz.process import extractOne
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from domain.language import say, spoken

Model = TypeVar("Model", bound=BaseModel)

WHOLE_NUMBER = {"fr": "un nombre entier", "en": "a whole number"}
NUMBER = {"fr": "un nombre", "en": "a number"}
TRUTH = {"fr": "true (vrai) ou false (faux)", "en": "true or false"}
KEYS = {"fr": "des lignes `clé: valeur` en retrait", "en": "indented `key: value` lines"}
CHOICE = {"fr": "une valeur parmi {expected}", "en": "one of {expected}"}
ADDRESS = {"fr": "une adresse web telle que https://example.org/", "en": "a web address such as https://example.org/"}

EXPECTED: dict[str, dict[str, str]] = {
    "string_type": {"fr": "du texte", "en": "text"},
    "string_too_short": {"fr": "un texte non vide", "en": "text that is not empty"},
    "string_pattern_mismatch": {"fr": "un texte de la forme `{pattern}`", "en": "text of the form `{pattern}`"},
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "greater_than": {"fr": "plus de {gt}", "en": "more than {gt}"},
    "greater_than_equal": {"fr": "au moins {ge}", "en": "at least {ge}"},
    "less_than": {"fr": "moins de {lt}", "en": "less than {lt}"},
    "less_than_equal": {"fr": "au plus {le}", "en": "at most {le}"},
    "bool_type": TRUTH,
    "bool_parsing": TRUTH,
    "list_type": {
        "fr": "une liste, une ligne `- ` par élément",
        "en": "a list, one `- ` line for each item",
    },
    "too_short": {"fr": "au moins {min_length} ligne `- ` en dessous", "en": "at least {min_length} `- ` line below"},
    "dict_type": KEYS,
    "model_type": KEYS,
    "literal_error": CHOICE,
    "enum": CHOICE,
    "url_type": ADDRESS,
    "url_parsing": ADDRESS,
    "url_scheme": ADDRESS,
    "date_type": {"fr": "une date telle que 2026-05-31", "en": "a date such as 2026-05-31"},
    "date_parsing": {"fr": "une date telle que 2026-05-31", "en": "a date such as 2026-05-31"},
    "date_from_datetime_parsing": {"fr": "une date telle que 2026-05-31", "en": "a date such as 2026-05-31"},
    "date_from_datetime_inexact": {"fr": "une date sans heure", "en": "a date without a time"},
    "value_error": {"fr": "{error}", "en": "{error}"},
}
"""What a CM should have written, by pydantic's type of error; the braces are filled from the error's context."""


@dataclass(frozen=True)
class Problem:
    """One mistake in a file of the workspace. line is 1 for the first line, 0 where no line applies."""

    file: str
    line: int
    message: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message} ({self.mend})"


class MendableError(ValueError):
    """A mistake that whoever gave the input can mend; the message says where and how, and is all that they need."""


class WorkspaceError(MendableError):
    """The workspace has mistakes; `problems` lists every one of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def parse(text: str, model: type[Model], file: str) -> Model:
    """Parse the YAML `text` of `file` into `model`.

    Raises WorkspaceError with every mistake: YAML syntax, unknown or missing keys, values of the wrong kind.
    """
    tree = load_tree(text, file)
    try:
        return model.model_validate(_plain(tree))
    except ValidationError as error:
        problems = [_problem(detail, tree, model, file) for detail in error.errors()]
        raise WorkspaceError(sorted(problems, key=lambda problem: problem.line)) from None


def load_tree(text: str, file: str) -> CommentedMap:
    """The YAML mapping in `text`, with line marks. Raises WorkspaceError on bad syntax or another top level."""
    try:
        tree = YAML(typ="rt").load(text)
        _plain(tree)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise WorkspaceError([_syntax_problem(error, mark.line + 1 if mark else 0, file)]) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = say(
            fr="YAML invalide : un caractère de contrôle invisible",
            en="not valid YAML: an invisible control character",
        )
        mend = say(fr="supprimez-le et retapez la ligne", en="delete it and type the line again")
        raise WorkspaceError([Problem(file, line, message, mend)]) from None
    except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # ruamel.yaml lets these through for impossible dates, tagged values and endless nesting.
        reason = str(error).partition("\n")[0]
        mend = say(
            fr="mettez entre guillemets droits les dates et les valeurs qui commencent par `!`, `&` ou `[`",
            en="put quotes around dates and values that start with `!`, `&` or `[`",
        )
        raise WorkspaceError([Problem(file, 0, _not_yaml(reason), mend)]) from None
    if tree is None:
        tree = CommentedMap()
    if not isinstance(tree, CommentedMap):
        message = say(
            fr="le fichier doit contenir des lignes `clé: valeur`", en="the file must hold `key: value` lines"
        )
        mend = say(fr="voyez le fichier que `vigie init` écrit", en="see the file of `vigie init`")
        raise WorkspaceError([Problem(file, 1, message, mend)])
    return tree


def _syntax_problem(error: MarkedYAMLError, line: int, file: str) -> Problem:
    problem = str(error.problem)
    if "duplicate key" in problem:
        key = problem.split('"')[1] if '"' in problem else "?"
        message = say(fr="`{key}` est écrit deux fois", en="`{key}` is written twice", key=key)
        return Problem(file, line, message, say(fr="gardez l'un des deux", en="keep one of the two"))
    if "'\\t'" in problem:
        message = say(fr="YAML invalide : une tabulation en retrait", en="not valid YAML: a tab in the indentation")
        return Problem(file, line, message, say(fr="mettez des espaces à la place", en="indent with spaces"))
    mend = say(
        fr="vérifiez ici le retrait, les guillemets et les deux-points", en="check indentation, quotes and colons here"
    )
    return Problem(file, line, _not_yaml(problem), mend)


def _not_yaml(reason: str) -> str:
    """The parser's own reason exists in English only."""
    return say(fr="YAML invalide ({reason})", en="not valid YAML: {reason}", reason=reason)


def line_of(tree: Any, path: tuple[int | str, ...]) -> int:
    """The line, from 1, of the deepest part of `path` that exists in `tree`."""
    line = 1
    for step in path:
        if isinstance(tree, CommentedMap) and step in tree:
            line = tree.lc.key(step)[0] + 1
        elif isinstance(tree, CommentedSeq) and isinstance(step, int) and step < len(tree):
            line = tree.lc.item(step)[0] + 1
        else:
            break
        tree = tree[step]
    return line


def _plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return tree


def _problem(detail: ErrorDetails, tree: CommentedMap, model: type[BaseModel], file: str) -> Problem:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    keys = [str(step) for step in path if isinstance(step, str)]
    name = ".".join(keys)  # the line tells which item of a list it is
    line = line_of(tree, path)
    if detail["type"] == "missing":
        mend = say(fr="ajoutez `{key}:` ici", en="add `{key}:` here", key=keys[-1])
        return Problem(file, line, say(fr="`{name}` manque", en="`{name}` is missing", name=name), mend)
    if detail["type"] == "extra_forbidden":
        message = say(fr="`{name}` n'est pas une clé connue", en="`{name}` is not a known key", name=name)
        return Problem(file, line, message, _nearest(keys[-1], path, model))
    message = say(
        fr="`{name}` : attendu, {expected}{given}",
        en="`{name}`: expected {expected}{given}",
        name=name,
        expected=_expected(detail),
        given=_given(detail),
    )
    mend = say(fr="corrigez `{key}`", en="correct `{key}`", key=keys[-1] if keys else file)
    return Problem(file, line, message, mend)


def _expected(detail: ErrorDetails) -> str:
    phrases = EXPECTED.get(detail["type"])
    if phrases is None:
        return detail["msg"].removeprefix("Input should be ")
    context = dict(detail.get("ctx", {}))
    if spoken() == "fr" and "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", " ou ")
    return say(**phrases, **context)


def _given(detail: ErrorDetails) -> str:
    given = detail.get("input")
    if given is None:
        return say(fr=", mais rien n'est écrit", en=", but nothing is written")
    if isinstance(given, bool):
        given = str(given).lower()
    elif isinstance(given, str):
        given = repr(given)
    elif not isinstance(given, int | float):
        return ""
    return say(fr=", et non {given}", en=", not {given}", given=given)


def _nearest(key: str, path: tuple[int | str, ...], model: type[BaseModel]) -> str:
    known = _fields_at(path[:-1], model)
    match = extractOne(key, known, score_cutoff=60) if known else None
    if match:
        return say(fr="vouliez-vous écrire `{key}` ?", en="did you mean `{key}`?", key=match[0])
    if known:
        return say(fr="supprimez-la ; clés connues : {keys}", en="remove it; known keys: {keys}", keys=", ".join(known))
    return say(fr="supprimez-la", en="remove it")


def _fields_at(path: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Names of the fields that `model` has at `path`, or an empty list where the path leaves pydantic models."""
    current: Any = model
    for step in path:
        if isinstance(step, int) or current is None:
            continue
        field = current.model_fields.get(step)
        current = _model_in(field.annotation) if field else None
    return list(current.model_fields) if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found:
            return found
    return None
