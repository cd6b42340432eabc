"""No secret of an argument, an address or a remote is stored, and what is none stays readable."""

from __future__ import annotations

import pytest

from mltrack._secrets import masked, masked_arguments

RANDOM = "q8Zr2LmX0bTn5VwC7yKd9HfJ"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["--password", "hunter2"], ["--password", "***"]),
        (["--password=hunter2"], ["--password=***"]),
        (["--db-password", "-hunter2-"], ["--db-password", "***"]),
        (["--api-key", "abc", "--epochs", "3"], ["--api-key", "***", "--epochs", "3"]),
        (["--apiKey=abc"], ["--apiKey=***"]),
        (["--OPENAI_API_KEY=abc"], ["--OPENAI_API_KEY=***"]),
        (["-token", "abc"], ["-token", "***"]),
        (["--hf-token=abc"], ["--hf-token=***"]),
        (["--pgpassword", "abc"], ["--pgpassword", "***"]),
        (["db.password=abc", "db.user=ann"], ["db.password=***", "db.user=ann"]),
        (["--key", RANDOM], ["--key", "***"]),
        (["--sort-key", "date"], ["--sort-key", "date"]),
        (["--set", 'secret="two words"'], ["--set", 'secret="***"']),
        (['{"password": "abc", "lr": 0.1}'], ['{"password": "***", "lr": 0.1}']),
        (["-H", "Authorization: Bearer abcdefgh12345"], ["-H", "Authorization: *** ***"]),
        (["AKIAIOSFODNN7EXAMPLE"], ["***"]),
        (["--note", "use ghp_" + "a1B2" * 9], ["--note", "use ***"]),
        (["--password", "--epochs", "3"], ["--password", "--epochs", "3"]),
    ],
)
def test_secrets_in_arguments(given, shown):
    assert masked_arguments(given) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        ["train.py", "--max-tokens", "512", "--tokenizer", "bert", "--pass-through", "yes"],
        ["--primary-key", "id", "--keys", "a,b", "--monkey", "abu", "--author", "ann"],
        ["--out", "/data/runs/2026-11-24T13:00", "--name=first run", "-v", "--", "x=1"],
        ["--lr=1e-3", "model.layers=[64,32]", "--url", "https://host:8443/a/b@2x.png?size=3&page=2"],
        ["git@github.com:ann/project.git", "ssh://git@host/ann/project.git"],
    ],
)
def test_what_is_no_secret_stays(harmless):
    assert masked_arguments(harmless) == harmless


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://ann:hunter2@host/project.git", "https://***@host/project.git"),
        ("https://ghp_abcdef@github.com/a/b.git", "https://***@github.com/a/b.git"),
        ("postgresql://ann:p/w@host:5432/db", "postgresql://***@host:5432/db"),
        ("postgresql+psycopg2://ann:p@w@host/db", "postgresql+psycopg2://***@host/db"),
        ("ssh://git:word@host/project.git", "ssh://***@host/project.git"),
        ("https://host/x?sig=abc%3D&v=2", "https://host/x?sig=***&v=2"),
        ("https://s3/x?X-Amz-Signature=abc&X-Amz-Date=1", "https://s3/x?X-Amz-Signature=***&X-Amz-Date=1"),
        ("https://host/x?a=1&access_token=abc#here", "https://host/x?a=1&access_token=***#here"),
    ],
)
def test_secrets_in_addresses(given, shown):
    assert masked(given) == shown


def test_a_private_key_is_gone_as_a_whole():
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----"
    assert masked(f"before {key} after") == "before *** after"
