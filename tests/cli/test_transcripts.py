"""The program's answers, as the transcripts here and in docs/cli.md show them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from transcript import PROGRAM, ROOT, Shell, commands, rewritten

TRANSCRIPTS = [*sorted(Path(__file__).parent.glob("*.txt")), ROOT / "docs" / "cli.md", ROOT / "docs" / "filter.md"]
ESCAPED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
HOSTILE = [
    "mltrack query runs",
    "mltrack query runs --format json",
    "mltrack query runs --format jsonl",
    "mltrack query runs --format csv",
    "mltrack show c40d7718",
    "mltrack show c40d7718 --format json",
    "mltrack show c40d7718 --format csv",
    "mltrack query compare c40d7718 81d00b52",
    "mltrack query lineage c40d7718",
    "mltrack \x1b[31m",
]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_answers_are_as_written(shell: Shell, path: Path) -> None:
    text = path.read_text()
    assert commands(text)
    assert rewritten(text, shell) == text


@pytest.mark.parametrize("line", HOSTILE)
def test_stored_names_never_steer_a_terminal(shell: Shell, line: str) -> None:
    done = shell.run(line)
    assert ESCAPED.findall(done.stdout + done.stderr) == []
    assert re.search(r"\\(x|u00)1b", done.stdout + done.stderr)


@pytest.mark.parametrize("columns", [30, 60, 80, 120])
def test_tables_fit_the_terminal(shell: Shell, columns: int) -> None:
    lines = shell.run("mltrack query calls", COLUMNS=str(columns)).stdout.splitlines()
    assert len(lines) > 4
    assert max(len(line) for line in lines) <= columns
    assert all(re.search(r"\b[0-9a-f]{8}:\d+", line) for line in lines[1:])


def test_every_command_has_an_example(shell: Shell) -> None:
    def subcommands(words: str) -> list[str]:
        text = shell.run(f"{words} --help").stdout
        assert "Example:\n  mltrack " in text, words
        listed = text.partition("Subcommands:\n")[2].partition("\n\n")[0]
        return [f"{words} {name}" for name in re.findall(r"^  (\S+)", listed, re.MULTILINE)]

    found = subcommands("mltrack")
    for words in found:
        found += subcommands(words)
    assert len(found) == 8 + 27


def test_an_output_that_cannot_be_written_is_an_error(shell: Shell) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
