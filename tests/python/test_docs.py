"""The code in README.md and docs/ runs, and prints what the pages say."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from doc_pages import EXAMPLES, ROOT, answers, blocks, settled, steps

PAGES = [
    "README.md",
    "docs/quickstart.md",
    "docs/python.md",
    "docs/cpp.md",
    "docs/architecture.md",
    "docs/faq.md",
    "docs/modeldb.md",
    "docs/alarms.md",
    "docs/exports.md",
    "docs/questions.md",
    "docs/explain.md",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_tells_the_truth(page: str, tmp_path: Path) -> None:
    taken = steps((ROOT / page).read_text())
    found = answers(page, taken, tmp_path) if taken else []
    for step, answer in zip(taken, found, strict=True):
        if step.expected is not None:
            assert settled(answer) == settled(step.expected), f"{page}, line {step.line}"


def test_the_pages_that_teach_have_code_that_runs() -> None:
    for page in ["README.md", "docs/quickstart.md", "docs/python.md", "docs/faq.md"]:
        assert len([step for step in steps((ROOT / page).read_text()) if step.expected]) >= 2, page


@pytest.mark.parametrize("page", PAGES)
def test_cpp_in_a_page_stands_in_an_example(page: str) -> None:
    sources = [path.read_text() for path in sorted((EXAMPLES / "cpp").rglob("*.cpp"))]
    for block in blocks((ROOT / page).read_text()):
        if block.kind == "cpp":
            forms = (block.body, indent(block.body, "  "))
            assert any(form in source for form in forms for source in sources), f"{page}, line {block.line}"


@pytest.mark.parametrize("page", [*PAGES, "docs/sql.md", "docs/schema.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / page).read_text()):
        assert (ROOT / page).parent.joinpath(target).exists(), f"{page} links to {target}"
