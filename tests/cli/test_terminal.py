"""What the program does on a terminal: trees that fit, colours, progress, completion in real shells."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from transcript import PROGRAM, Shell

COLOUR = re.compile(r"\x1b\[\d*m")
PATIENCE = 30  # seconds


class Terminal:
    """A program on a terminal of its own, of which everything that it writes is read."""

    def __init__(self, command: list[str], folder: Path, columns: int = 100, **environment: str) -> None:
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "ASAN_OPTIONS") if name in os.environ}
        clean["PATH"] = f"{PROGRAM.parent}{os.pathsep}{clean['PATH']}"
        self._screen, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**clean, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.text = ""

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def read_until(self, found: Callable[[str], bool]) -> str:
        """What was written until that holds, or the program ends."""
        deadline = time.monotonic() + PATIENCE
        while not found(self.text) and time.monotonic() < deadline:
            ready, _, _ = select.select([self._screen], [], [], 0.2)
            try:
                self.text += os.read(self._screen, 65536).decode() if ready else ""
            except OSError:  # the last one that had the terminal open is gone
                break
        return self.text

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._screen)


def shown(shell: Shell, line: str, columns: int = 100, **environment: str) -> str:
    with Terminal([str(PROGRAM), *line.split()], shell.folder, columns, **environment) as terminal:
        return terminal.read_until(lambda _: False).replace("\r\n", "\n")


def plain(text: str) -> str:
    return COLOUR.sub("", text)


@pytest.mark.parametrize("line", ["query runs", "query descendants penguins.csv", "show 3f9c2e1a:9"])
def test_a_terminal_gets_colours_and_the_same_words(shell: Shell, line: str) -> None:
    text = shown(shell, line, columns=200)
    assert COLOUR.search(text)
    assert plain(text) == shell.answer(f"mltrack {line}")
    assert text.count("\x1b[0m") * 2 == len(COLOUR.findall(text))


def test_colours_say_what_failed(shell: Shell) -> None:
    text = shown(shell, "query runs")
    assert "\x1b[31mfailed\x1b[0m" in text
    assert "\x1b[32mfinished\x1b[0m" in text
    assert "\\x1b[31mred" in plain(text)  # a stored name is no colour


@pytest.mark.parametrize("refusal", [{"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"TERM": "dumb"}])
def test_colours_are_left_out_where_the_environment_says_so(shell: Shell, refusal: dict[str, str]) -> None:
    assert "\x1b" not in shown(shell, "query runs", **refusal)


@pytest.mark.parametrize("option", ["--no-colour", "--no-color"])
def test_colours_are_left_out_on_request(shell: Shell, option: str) -> None:
    assert "\x1b" not in shown(shell, f"query runs {option}")


def test_no_colour_goes_into_a_pipe_even_when_forced(shell: Shell) -> None:
    done = shell.run("mltrack query runs", CLICOLOR_FORCE="1", TERM="xterm")
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("columns", [30, 50, 70, 100])
def test_trees_fit_the_terminal(shell: Shell, columns: int) -> None:
    text = plain(shown(shell, "query descendants penguins.csv", columns))
    lines = text.splitlines()[:-1]
    assert max(len(line) for line in lines) <= columns
    assert [line.split()[0] for line in lines[1:]] == re.findall(r"\b[0-9a-f]{8}:\d+(?=  )", text)


def test_a_call_is_shown_once_and_referred_to_after(shell: Shell) -> None:
    lines = shell.run("mltrack query descendants penguins.csv").stdout.splitlines()[1:]
    calls = [line for line in lines if "↑" not in line]
    refs = [line.split()[0] for line in calls]
    assert len(set(refs)) == len(refs)
    referred = [line.split()[0] for line in lines if "↑" in line]
    assert referred
    assert set(referred) <= set(refs)


def test_every_call_of_a_lineage_is_in_its_tree(shell: Shell) -> None:
    for question in ("ancestors 3f9c2e1a:11", "descendants penguins.csv", "lineage 3f9c2e1a:5", "lineage 3f9c2e1a"):
        table = shell.run(f"mltrack query {question} --format csv").stdout
        calls = {line.split(",")[0] for line in table.splitlines()[1:] if line.split(",")[1] == "call"}
        tree = shell.run(f"mltrack query {question}").stdout
        assert calls <= {line.split()[0] for line in tree.splitlines()}, question


def test_what_is_too_deep_goes_on_below(shell: Shell) -> None:
    lines = plain(shown(shell, "query ancestors 3f9c2e1a:11", 30)).splitlines()
    assert max(line.count("  └") + line.count("│ ") for line in lines) <= 4


def test_tree_is_a_format_of_lineages_only(shell: Shell) -> None:
    named = shell.run("mltrack query ancestors 3f9c2e1a:9 --format tree")
    assert named.stdout == shell.run("mltrack query ancestors 3f9c2e1a:9").stdout
    by_kind = shell.run("mltrack query ancestors 3f9c2e1a:9 --kind dataset")
    assert by_kind.stdout == shell.run("mltrack query ancestors 3f9c2e1a:9 --kind dataset --format table").stdout
    refused = shell.run("mltrack query runs --format tree")
    assert refused.returncode == 2
    assert "tree is not one of table, json, jsonl, csv" in refused.stderr


def test_what_takes_long_is_told_on_a_terminal(shell: Shell) -> None:
    large = shell.folder / "large.csv"
    with large.open("wb") as file:
        file.truncate(32 << 30)  # a hole, which takes no room and some time to digest
    with Terminal([str(PROGRAM), "query", "ancestors", "large.csv"], shell.folder) as terminal:
        text = terminal.read_until(lambda text: ", 2 s" in text)
        assert "still working: mltrack query ancestors large.csv, 1 s" in text
        assert "still working: mltrack query ancestors large.csv, 2 s" in text
    large.unlink()


def test_quick_answers_and_pipes_have_no_progress(shell: Shell) -> None:
    assert "working" not in shown(shell, "query runs")
    assert "working" not in shell.run("mltrack doctor").stderr


def bash(shell: Shell, line: str) -> list[str]:
    """What bash would offer at the end of a line."""
    program = (
        'source <(mltrack completion bash); COMP_LINE=$1; COMP_POINT=${#1}; _mltrack; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", line],
        cwd=shell.folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "completion" not in done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("mltrack sh", ["show"]),
        ("mltrack query exp", ["experiments", "explain"]),
        ("mltrack query runs --wh", ["--where"]),
        ("mltrack query runs --format js", ["json", "jsonl"]),
        ("mltrack query ancestors 3f9c2e1a:9 --format t", ["tree", "table"]),
        ("mltrack query alarms --at-least ", ["note", "mild", "alarm"]),
        ("mltrack query descendants penguins.csv --kind m", ["model"]),
        ("mltrack completion ", ["bash", "zsh", "fish"]),
        ("mltrack show 3f", ["3f9c2e1a"]),
        ("mltrack query runs --where \"status = 'failed'\" --lim", ["--limit"]),
        ("mltrack query compare 3f9c2e1a 81", ["81d00b52"]),
        ("mltrack show pen", ["penguins.csv"]),
        ("mltrack query ancestors --store mltr", ["mltrack.db", "mltrack.db-shm", "mltrack.db-wal"]),
    ],
)
def test_bash_completes(shell: Shell, line: str, offered: list[str]) -> None:
    found = bash(shell, line)
    assert set(found) <= set(offered)
    assert found or offered == []
    assert offered[0] in found


def test_completion_of_a_node_begins_behind_the_colon(shell: Shell) -> None:
    assert set(bash(shell, "mltrack show 3f9c2e1a:1")) == {"1", "10", "11"}


def test_completion_without_a_store_offers_files_only(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "data.csv").touch()
    elsewhere = Shell(tmp_path)
    assert bash(elsewhere, "mltrack show ") == ["data.csv"]
    done = elsewhere.run("mltrack complete 'mltrack show 3f9'")
    assert (done.returncode, done.stdout, done.stderr) == (0, ":files\n", "")


def test_every_command_and_option_is_offered(shell: Shell) -> None:
    helped = shell.run("mltrack query --help").stdout.partition("Subcommands:\n")[2].partition("\n\n")[0]
    assert set(bash(shell, "mltrack query ")) == set(re.findall(r"^  (\S+)", helped, re.MULTILINE))
    options = set(re.findall(r"--[a-z-]+", shell.run("mltrack query runs --help").stdout.partition("Options:")[2]))
    assert set(bash(shell, "mltrack query runs --")) >= options - {"--color", "--help"}


def test_hostile_names_are_offered_as_text(shell: Shell) -> None:
    text = shell.run("mltrack complete 'mltrack show c4'").stdout
    assert text.startswith("c40d7718\t")
    assert "\x1b" not in text


def test_an_unknown_shell_is_named(shell: Shell) -> None:
    done = shell.run("mltrack completion csh")
    assert done.returncode == 1
    assert "'csh' is not one of bash, zsh, fish" in done.stderr


def completed(shell: Shell, command: list[str], setup: str, typed: str, wanted: str) -> str:
    """What an interactive shell shows after a tab."""
    with Terminal(command, shell.folder, PS1="ready> ") as terminal:
        terminal.type(f"{setup}; echo set''up\n")
        terminal.read_until(lambda text: "setup" in text)
        terminal.text = ""
        terminal.type(f"{typed}\t")
        return terminal.read_until(lambda text: wanted in text)


@pytest.mark.parametrize(
    ("typed", "wanted"), [("mltrack query exper", "experiments"), ("mltrack show 81d", "81d00b52")]
)
def test_bash_completes_at_a_tab(shell: Shell, typed: str, wanted: str) -> None:
    assert wanted in completed(
        shell, ["bash", "--norc", "-i"], "source <(mltrack completion bash)", typed, wanted
    ).replace("\x07", "")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("mltrack query exper", "experiments"), ("mltrack show 81d", "81d00b52"), ("mltrack show 3f9c2e1a:10", ":10")],
)
def test_zsh_completes_at_a_tab(shell: Shell, typed: str, wanted: str) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    setup = "autoload -U compinit; compinit -u -D; source <(mltrack completion zsh)"
    assert wanted in completed(shell, ["zsh", "-f", "-i"], setup, typed, wanted)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("mltrack query exper", "experiments\tLists experiments"),
        ("mltrack show 81d", "81d00b52\tpenguins/native second"),
        ("mltrack show 3f9c2e1a:10", "3f9c2e1a:10\tmodel LogisticRegression"),
        ("mltrack query runs --format js", "jsonl"),
        ("mltrack show pengu", "penguins.csv"),
    ],
)
def test_fish_completes(shell: Shell, tmp_path: Path, line: str, wanted: str) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    program = f"source (mltrack completion fish | psub); complete -C '{line}'"
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        ["fish", "--no-config", "-c", program],
        cwd=shell.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert wanted in done.stdout.splitlines()
