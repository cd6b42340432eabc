"""The numbers of the house style: no long files, no long functions."""

from __future__ import annotations

import statistics

from sources import cpp_files, cpp_functions, files, name_of, python_functions

FILE_LINES = 400
PYTHON_FILE_LINES = 500
PUBLIC_HEADER_LINES = 250
FUNCTION_LINES = 70
USUAL_FUNCTION_LINES = 10


def limit(name: str) -> int:
    if name.startswith("libtrack/include/"):
        return PUBLIC_HEADER_LINES
    return PYTHON_FILE_LINES if name.endswith(".py") else FILE_LINES


def test_files_are_short() -> None:  # a .pyi declares a whole extension module, whose sources are many
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in [*cpp_files(), *files(".py")]}
    assert [f"{name} has {lines} lines" for name, lines in lengths.items() if lines > limit(name)] == []


def test_functions_are_short() -> None:
    functions = [function for path in cpp_files() for function in cpp_functions(path)]
    functions += [function for path in files(".py") for function in python_functions(path)]
    assert [str(function) for function in functions if function.lines > FUNCTION_LINES] == []


def test_most_functions_of_the_product_are_very_short() -> None:
    product = [path for path in cpp_files() if name_of(path).startswith(("libtrack/", "cli/", "bindings/"))]
    assert (
        statistics.median(function.lines for path in product for function in cpp_functions(path)) < USUAL_FUNCTION_LINES
    )
