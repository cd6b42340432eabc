"""`%load_ext mltrack` in real IPython, and in a kernel."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import mltrack
from mltrack import _autolog


@pytest.fixture
def shell(store, here):
    """A shell of its own with the extension, in a folder with penguins.csv."""
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "mltrack")
    yield shell
    shell.run_line_magic("unload_ext", "mltrack")


@pytest.fixture
def asked(shell):
    """Two runs to be asked about."""
    for name, accuracy in (("first", 0.5), ("second", 0.95)):
        with mltrack.start_run("penguins", "words", name=name) as run:
            run.log_metric("accuracy", accuracy)
            run.begin("fit", "some.Model", {"C": accuracy}).end()
    return shell


def ask(shell, line):
    return shell.run_line_magic("mltrack", line)


def test_a_question_is_answered_with_an_object(asked):
    runs = ask(asked, 'query runs --where "metrics.accuracy > 0.9"')
    assert isinstance(runs, mltrack.NodeTable)
    assert [run.name for run in runs] == ["second"]
    assert runs.to_pandas().name.tolist() == ["second"]
    assert "accuracy" in runs._repr_html_()


def test_an_answer_can_be_assigned_and_is_shown(asked):
    asked.run_cell("frame = %mltrack query runs --order-by name\nnames = frame.to_pandas()['name'].tolist()")
    assert asked.user_ns["names"] == ["first", "second"]
    result = asked.run_cell("%mltrack query models")
    assert len(result.result) == 2


def test_words_are_those_of_the_program(asked):
    run = ask(asked, "query runs --limit 1")[0]
    assert len(ask(asked, "query calls --where \"op = 'fit'\" --limit=1")) == 1
    assert ask(asked, f"query descendants {run.ref} --depth 1").root == run
    assert ask(asked, f"show {run.ref}").node == run
    first, second = (ask(asked, f"query models --order-by started --limit {n}")[n - 1] for n in (1, 2))
    assert [found.name for found in ask(asked, f"query compare {first.ref} {second.ref}")]
    assert len(ask(asked, f"query common-ancestor {first.ref} {second.ref}")) == 0
    assert ask(asked, "query alarms --at-least alarm") is not None


def test_variables_of_the_notebook_are_filled_in(asked):
    asked.user_ns["wanted"] = "first"
    result = asked.run_cell("%mltrack query runs --where \"name = '{wanted}'\"")
    assert [run.name for run in result.result] == ["first"]


def test_a_cut_is_said(asked, capsys):
    assert len(ask(asked, "query runs --limit 1")) == 1
    assert "only the first 1 are shown; --limit 0 shows all" in capsys.readouterr().err
    assert len(ask(asked, "query runs --limit 0")) == 2
    assert capsys.readouterr().err == ""


def test_another_store_is_named(asked, tmp_path):
    with mltrack.start_run("elsewhere", store=tmp_path / "other.db"):
        pass
    (run,) = ask(asked, f"query runs --store {tmp_path / 'other.db'}")
    assert run.project == "elsewhere"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "say what: %mltrack query"),
        ("qeury runs", "'qeury' is not one of query, show, cell; do you mean query?"),
        ("query", "which question? "),
        ("query rnus", "do you mean runs"),
        ("query runs --were x", "do you mean --where?"),
        ("query runs --limit many", "--limit: 'many' is not a whole number"),
        ("query runs --limit", "--limit needs a value"),
        ("query runs --format csv", "the answer is an object here"),
        ("query ancestors", "ancestors: missing a required argument: 'ref'"),
        ("query ancestors nothing-here", "'nothing-here' names nothing"),
        ('query runs --where "colour = 1"', "runs have no field 'colour'"),
        ("query runs --store nowhere.db", "nowhere.db"),
        ('query runs --where "', "No closing quotation"),
        ("cell a/b c", "not expected: c"),
        ("cell --nmae x", "do you mean --name?"),
        ("cell --tag x", "--tag: 'x' is not KEY=VALUE"),
    ],
)
def test_mistakes_are_one_line(asked, line, said):
    with pytest.raises(UsageError) as caught:
        ask(asked, line)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


CELL = """%%mltrack penguins/cells --name "a cell" --tag stage=draft
import pandas as pd
from sklearn.linear_model import LogisticRegression
frame = pd.read_csv("penguins.csv").dropna()
model = LogisticRegression(max_iter=5000).fit(frame[["bill_length_mm", "body_mass_g"]], frame["species"])
model.classes_.tolist()
"""


def test_a_cell_is_a_run(shell, capsys):
    result = shell.run_cell(CELL)
    assert result.success
    assert result.result == ["Adelie", "Chinstrap", "Gentoo"]
    (run,) = mltrack.query().runs()
    assert (run.project, run.experiment, run.name, run.status) == ("penguins", "cells", "a cell", "finished")
    assert run.tags == {"stage": "draft"}
    assert [call.op for call in mltrack.query().calls(order_by="started")] == ["read", "fit"]
    assert "<Run" in capsys.readouterr().out
    assert mltrack.active_run() is None
    assert not _autolog.settings.on


def test_what_comes_after_the_cell_is_not_recorded(shell):
    shell.run_cell("%%mltrack\nx = 1")
    shell.run_cell("from sklearn.preprocessing import StandardScaler\nStandardScaler().fit([[1.0], [2.0]])")
    (run,) = mltrack.query().runs()
    assert (run.project, run.status) == ("default", "finished")
    assert len(mltrack.query().calls()) == 0


def test_an_exception_makes_the_run_failed_and_is_raised_as_ever(shell, capsys):
    result = shell.run_cell("%%mltrack penguins/broken\nx = 1\n\nx / 0\n")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    (run,) = mltrack.query().runs()
    assert run.status == "failed"
    told = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
    assert "ZeroDivisionError" in told
    assert re.search(r"line 4|4 x / 0", told)
    assert "_magic.py" not in told
    assert not _autolog.settings.on


def test_an_interrupt_makes_the_run_interrupted(shell):
    shell.run_cell("%%mltrack\nraise KeyboardInterrupt")
    assert [run.status for run in mltrack.query().runs()] == ["interrupted"]


def test_a_cell_that_is_no_python_starts_no_run(shell, capsys):
    assert shell.run_cell("%%mltrack\n1 +").error_before_exec is not None
    assert mltrack.active_run() is None
    assert not Path("store.db").exists() or len(mltrack.query().runs()) == 0


def test_a_cell_whose_words_are_wrong_is_not_run(shell, capsys):
    result = shell.run_cell("%%mltrack a/b --nmae x\nran = True")
    assert isinstance(result.error_in_exec, UsageError)
    assert "ran" not in shell.user_ns
    assert "do you mean --name?" in capsys.readouterr().err


def test_the_magic_explains_itself(shell):
    told = shell.magics_manager.lsmagic()
    assert "mltrack" in told["line"]
    assert "mltrack" in told["cell"]
    assert "%mltrack query runs --where" in shell.find_magic("mltrack").__doc__


def test_a_cell_magic_can_be_called(shell):
    shell.run_cell_magic("mltrack", "penguins/called", "y = 2")
    assert shell.user_ns["y"] == 2
    assert mltrack.query().runs()[0].experiment == "called"


def test_unloading_leaves_nothing(shell):
    shell.run_line_magic("unload_ext", "mltrack")
    assert shell.find_magic("mltrack") is None
    assert shell.run_cell("%%mltrack\nx = 1").success is False
    shell.run_line_magic("load_ext", "mltrack")


def test_in_a_kernel(store, here, monkeypatch):
    """A notebook as Jupyter runs it: shown as HTML, awaited at the top level, errors as errors of the cell."""
    monkeypatch.setenv("IPYTHONDIR", str(here))
    cells = [
        "%load_ext mltrack",
        CELL,
        "%mltrack query models",
        "%%mltrack penguins/awaited\nimport asyncio\nfrom sklearn.preprocessing import StandardScaler\n"
        "await asyncio.sleep(0)\nStandardScaler().fit([[1.0], [2.0]]);",
        "%%mltrack penguins/failing\nraise ValueError('no')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(here)}}
    )
    client.execute()
    shown = [output["data"]["text/html"] for output in notebook.cells[1].outputs if "data" in output and
             "text/html" in output["data"]]  # fmt: skip
    assert len(shown) == 1
    assert "a cell" in shown[0]
    assert "<svg" in shown[0]
    assert "LogisticRegression" in notebook.cells[2].outputs[0]["data"]["text/html"]
    assert [out.ename for out in notebook.cells[4].outputs if out.output_type == "error"] == ["ValueError"]
    runs = {run.experiment: run for run in mltrack.query().runs()}
    assert {name: run.status for name, run in runs.items()} == {
        "cells": "finished", "awaited": "finished", "failing": "failed"
    }  # fmt: skip
    assert [call.op for call in mltrack.query().calls(where="experiment = 'awaited'")] == ["fit"]


def test_importing_mltrack_does_not_load_ipython(python):
    done = python("import sys, mltrack; print('IPython' in sys.modules, 'mltrack._magic' in sys.modules)")
    assert done.stdout.split() == ["False", "False"], sys.version
