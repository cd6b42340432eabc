"""`%load_ext mltrack`: questions as `%mltrack query ...`, and `%%mltrack`, which makes a run of a cell.

The words are those of the program. What a question takes is read from the function of `Query` that has its name, so
that a new question needs nothing here.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from mltrack import _context
from mltrack._query import Query
from mltrack._tracker import query, start_run
from mltrack.errors import Error

_SHOWN_UNLESS_TOLD = 100
_USAGE = "%mltrack query QUESTION ..., %mltrack show REF, or %%mltrack [PROJECT/EXPERIMENT] above a cell"


class WordsError(ValueError):
    """The words behind the magic are wrong."""


@dataclass(frozen=True, slots=True)
class Option:
    """What an option takes: nothing, one word, or a word each time that it is given."""

    convert: Callable[[str], Any] = str
    flag: bool = False
    many: bool = False


@dataclass(slots=True)
class Words:
    """Words taken apart: those without a name, and the options by their names in Python."""

    plain: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)


_CELL = {"name": Option(), "tag": Option(many=True), "store": Option(), "strict": Option(flag=True)}


class Magic:
    """The magics of one shell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._open: tuple[Any, Any] | None = None  # the run of the cell that is being run, and its autolog

    def mltrack(self, line: str, cell: str | None = None) -> Any:
        """Asks the store, or makes a run of a cell.

        %mltrack query runs --where "metrics.accuracy > 0.9" [--store FILE]
        %mltrack query ancestors 3f9c2e1a:17
        %mltrack show 3f9c2e1a:17
            Words and options of the program, with the answers of `mltrack.query()`: frame = %mltrack query ...

        %%mltrack [PROJECT/EXPERIMENT] [--name NAME] [--tag KEY=VALUE] [--store FILE] [--strict]
            The cell is a run with autolog on, which is shown below it; an exception makes the run failed.
        """
        if cell is not None:
            self._shell.run_cell(f"%%mltrack {line}\n{cell}")
            return None
        try:
            return self._answer(shlex.split(line))
        except (Error, ValueError) as error:
            raise _usage_error(str(error).partition("\n")[0]) from None

    def _answer(self, words: list[str]) -> Any:
        kinds: dict[str, Callable[[list[str]], Any]] = {"query": ask, "show": show, "cell": self.begin}
        if not words:
            raise WordsError(f"say what: {_USAGE}")
        if words[0] not in kinds:
            raise WordsError(f"{words[0]!r} is not {_one_of(words[0], kinds)}")
        return kinds[words[0]](words[1:])

    def begin(self, words: list[str]) -> None:
        """The rest of the cell is a run."""
        from mltrack._autolog import autolog

        taken = take(words, _CELL)
        if len(taken.plain) > 1:
            raise WordsError(f"not expected: {' '.join(taken.plain[1:])}; one PROJECT/EXPERIMENT, options behind it")
        project, _, experiment = (taken.plain or ["default"])[0].partition("/")
        run = start_run(
            project,
            experiment or None,
            name=taken.options.get("name"),
            tags=dict(_pair(text) for text in taken.options.get("tag", [])),
            store=taken.options.get("store"),
            strict=taken.options.get("strict", False),
        )
        self._open = run, autolog()

    def end(self, result: Any) -> None:
        """Ends and shows the run of a cell that has been run."""
        if self._open is None:
            return
        (run, log), self._open = self._open, None
        log.__exit__(None, None, None)
        if run.status == "running":
            run.finish(_context.ending(result.error_before_exec or result.error_in_exec))
        importlib.import_module("IPython.display").display(run)


def marked(lines: list[str]) -> list[str]:
    """A cell below `%%mltrack` as plain Python: its first line begins the run, so that the others keep their numbers,
    tracebacks, `await` and the value of the last one."""
    words = lines[0].split() if lines else []
    if not words or words[0] != "%%mltrack":
        return lines
    rest = lines[0].strip()[len("%%mltrack") :]
    return [f"get_ipython().run_line_magic('mltrack', {'cell' + rest!r})\n", *lines[1:]]


def ask(words: list[str]) -> Any:
    """The answer to `query QUESTION ...`, by the function of Query of that name."""
    questions = {name.replace("_", "-"): getattr(Query, name) for name in dir(Query) if not name.startswith("_")}
    if not words:
        raise WordsError(f"which question? {', '.join(questions)}")
    question = questions.get(words[0])
    if question is None:
        raise WordsError(f"{words[0]!r} is not {_one_of(words[0], questions)}")
    parameters = inspect.signature(question).parameters
    taken = take(words[1:], _options(parameters))
    store = taken.options.pop("store", None)
    _refuse_formats(taken.options.pop("format", "table"))
    bounded = "limit" in parameters and words[0] in _LISTS
    limit = taken.options.pop("limit", _SHOWN_UNLESS_TOLD) if bounded else 0
    if limit:
        taken.options["limit"] = limit + 1
    answer = _called(question, query(store), taken, words[0])
    if not limit or len(answer) <= limit:
        return answer
    print(f"note: only the first {limit} are shown; --limit 0 shows all", file=sys.stderr)
    return answer[:limit]


_LISTS = ("projects", "experiments", "runs", "models", "datasets", "calls", "artifacts", "alarms")


def show(words: list[str]) -> Any:
    """Everything about one node."""
    taken = take(words, {"store": Option(), "format": Option()})
    _refuse_formats(taken.options.pop("format", "table"))
    return _called(Query.details, query(taken.options.pop("store", None)), taken, "show")


def take(words: Iterable[str], known: dict[str, Option]) -> Words:
    """Takes words apart. Raises WordsError for options that are not known, and for values that are none."""
    taken = Words()
    waiting = iter(words)
    for word in waiting:
        if not word.startswith("--"):
            taken.plain.append(word)
            continue
        name, with_value, value = word[2:].partition("=")
        option = known.get(name)
        if option is None:
            raise WordsError(f"--{name} is not {_one_of('--' + name, ['--' + other for other in known])}")
        key = name.replace("-", "_")
        if option.flag:
            taken.options[key] = True
            continue
        text = value if with_value else next(waiting, None)
        if text is None:
            raise WordsError(f"--{name} needs a value")
        found = _converted(option, name, text)
        taken.options[key] = [*taken.options.get(key, []), found] if option.many else found
    return taken


def _converted(option: Option, name: str, text: str) -> Any:
    try:
        return option.convert(text)
    except ValueError:
        kind = "a whole number" if option.convert is int else "a number"
        raise WordsError(f"--{name}: {text!r} is not {kind}") from None


def _options(parameters: Any) -> dict[str, Option]:
    """The options of a question: what its function takes by name."""
    named = {
        name.replace("_", "-"): _option(str(parameter.annotation))
        for name, parameter in parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    return {**named, "store": Option(), "format": Option()}


def _option(annotation: str) -> Option:
    if annotation.startswith("bool"):
        return Option(flag=True)
    many = annotation.startswith(("Sequence", "list", "tuple", "Iterable"))
    convert = int if "int" in annotation.split(" | ") else float if "float" in annotation.split(" | ") else str
    return Option(convert, many=many)


def _called(question: Callable[..., Any], asked: Query, taken: Words, name: str) -> Any:
    try:
        inspect.signature(question).bind(asked, *taken.plain, **taken.options)
    except TypeError as error:
        raise WordsError(f"{name}: {error}") from None
    return question(asked, *taken.plain, **taken.options)


def _refuse_formats(word: str) -> None:
    if word != "table":
        raise WordsError(f"--format {word}: the answer is an object here; ask it for .to_pandas(), or run !mltrack")


def _one_of(word: str, known: Iterable[str]) -> str:
    names = list(known)
    bare = {name.lstrip("-"): name for name in names}  # the dashes that options share make none alike
    near = [bare[found] for found in difflib.get_close_matches(word.lstrip("-"), bare)]
    return f"one of {', '.join(names)}" + (f"; do you mean {' or '.join(near)}?" if near else "")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise WordsError(f"--tag: {text!r} is not KEY=VALUE")
    return key, value


def _usage_error(message: str) -> Exception:
    """The error that IPython shows as one line."""
    error: Exception = importlib.import_module("IPython.core.error").UsageError(message)
    return error


_loaded: dict[int, Magic] = {}


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext mltrack` does."""
    if id(shell) in _loaded:
        return
    magic = _loaded[id(shell)] = Magic(shell)
    shell.register_magic_function(magic.mltrack, "line_cell", "mltrack")
    shell.input_transformers_cleanup.append(marked)
    shell.events.register("post_run_cell", magic.end)


def unload_ipython_extension(shell: Any) -> None:
    """What `%unload_ext mltrack` does."""
    magic = _loaded.pop(id(shell), None)
    if magic is None:
        return
    shell.events.unregister("post_run_cell", magic.end)
    shell.input_transformers_cleanup.remove(marked)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("mltrack", None)
