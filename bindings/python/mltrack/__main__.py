"""`python -m mltrack script.py [argument ...]`: runs an unmodified script, or `-m module`, with autolog on."""

from __future__ import annotations

import os
import runpy
import sys
import types

from mltrack._autolog import autolog

_USAGE = "usage: python -m mltrack (script.py | -m module) [argument ...]"


def main(words: list[str]) -> None:
    """Runs the program as Python itself would; what it raises is shown without our own frames."""
    if not words or words[0] in ("-h", "--help") or words == ["-m"]:
        print(_USAGE)
        raise SystemExit(0 if words and words[0] in ("-h", "--help") else 2)
    as_module = words[0] == "-m"
    program = words[1] if as_module else words[0]
    if not as_module and not os.path.isfile(program):
        raise SystemExit(f"{_USAGE}\nmltrack: there is no file {program!r}")
    sys.argv = words[1:] if as_module else words
    if not as_module:
        sys.path[0] = os.path.dirname(os.path.abspath(program))
    autolog()
    try:
        if as_module:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(program, run_name="__main__")
    except Exception as error:
        sys.last_value = error  # the run that is open fails with it
        shown = error.with_traceback(_of_program(error.__traceback__))
        sys.excepthook(type(shown), shown, shown.__traceback__)
        raise SystemExit(1) from None


def _of_program(trace: types.TracebackType | None) -> types.TracebackType | None:
    """A traceback without the frames that lead to the program."""
    ours = {__file__, runpy.__file__, "<frozen runpy>"}
    while trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename in ours:
        trace = trace.tb_next
    return trace


if __name__ == "__main__":
    main(sys.argv[1:])
