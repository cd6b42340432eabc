from __future__ import annotations

import pytest

from transcript import Shell


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder with a store of its own for each file of tests."""
    return Shell.make(tmp_path_factory.mktemp("transcripts").resolve())
