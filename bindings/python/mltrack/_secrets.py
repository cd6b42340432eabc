"""Secrets in arguments, addresses and remotes: they are replaced by *** before anything is stored.

What is secret is told by names (`--password`, `api_key=`, `?sig=`), by places (`https://user:word@host`), and by the
forms of well-known tokens. A secret that has none of these, such as a word on its own, is not recognised.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable

MASK = "***"

_SECRET_WORDS = frozenset(
    (
        *("apikey", "authorization", "bearer", "cookie", "credential", "credentials"),
        *("passphrase", "passwd", "password", "secret", "secrets", "signature", "token"),
    )
)
_SECRET_NAMES = frozenset(("auth", "dsn", "pass", "pwd", "sig"))  # as a whole: --pass, not --pass-through
_SECRET_ENDS = ("password", "passwd", "secret", "token", "apikey")
_SECRET_KEYS = frozenset(("access", "account", "api", "auth", "encryption", "private", "secret", "signing"))

_LEAST_RANDOM = 20  # characters from which a value behind a name with "key" in it may be one
_LEAST_BITS = 3.5  # per character; words of a language have fewer

# Compiled when they are first used, beside the user's work: compiling them takes longer than starting a run.
_WORD = r"[A-Z]?[a-z0-9]+|[A-Z0-9]+"
_USER = r"(?i)\b((?:[a-z][a-z0-9+.-]*\+)?[a-z][a-z0-9.-]*)://([^/\s@]*@|[^\s/@:]*:(?!\d+/)[^\s@]*@)+"
_FIELD = r"""([A-Za-z_][\w.-]*)(["']?\s*[=:]\s*)(?!//)("[^"]*"|'[^']*'|[^\s"',;&#}]+)"""
_SCHEME = r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"
_TOKEN = r"""(?x)\b(?:
      (?:AKIA|ASIA)[0-9A-Z]{16}                             # Amazon
    | gh[pousr]_[A-Za-z0-9]{30,} | github_pat_\w{30,}       # GitHub
    | glpat-[\w-]{16,}                                      # GitLab
    | sk-[\w-]{16,}                                         # several makers of language models
    | hf_[A-Za-z0-9]{16,}                                   # Hugging Face
    | xox[abeprs]-[\w-]{10,}                                # Slack
    | AIza[\w-]{30,}                                        # Google
    | pypi-[\w-]{30,} | npm_[A-Za-z0-9]{30,}                # package registries
    | eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                       # JSON web tokens
    )"""
_PRIVATE_KEY = r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"


def masked(text: str) -> str:
    """The text with its secrets replaced."""
    text = re.sub(_PRIVATE_KEY, MASK, text)
    text = re.sub(_SCHEME, rf"\1 {MASK}", text)
    text = re.sub(_USER, _without_user, text)
    text = re.sub(_FIELD, _without_value, text)
    return re.sub(_TOKEN, MASK, text)


def bare_address(address: str) -> str:
    """An address without user, password, query and fragment, where signed ones carry keys. Paths as they are."""
    scheme, is_address, rest = address.partition("://")
    if not is_address:
        return address
    host, slash, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def masked_arguments(arguments: Iterable[str]) -> list[str]:
    """The arguments of a program with their secrets replaced, also where the name is one argument and the secret the
    next."""
    shown: list[str] = []
    name = ""
    for argument in arguments:
        if name and not argument.startswith("--") and _is_secret(name, argument):
            shown.append(MASK)
            name = ""
            continue
        is_option = argument.startswith("-")
        name = argument.lstrip("-") if is_option and "=" not in argument else ""
        shown.append(masked(argument))
    return shown


def _is_secret(name: str, value: str) -> bool:
    words = [word.lower() for word in re.findall(_WORD, name)]
    if not words or value in ("", MASK):
        return False
    if words[0] in _SECRET_NAMES and len(words) == 1:
        return True
    if any(word in _SECRET_WORDS or word.endswith(_SECRET_ENDS) for word in words):
        return True
    if any(second.rstrip("s") == "key" and first in _SECRET_KEYS for first, second in itertools.pairwise(words)):
        return True
    return any("key" in word for word in words) and _is_random(value)


def _is_random(value: str) -> bool:
    if len(value) < _LEAST_RANDOM or value.isalpha():
        return False
    shares = [value.count(char) / len(value) for char in set(value)]
    return -sum(share * math.log2(share) for share in shares) >= _LEAST_BITS


def _without_user(match: re.Match[str]) -> str:
    scheme, whole = match[1], match[0]
    user = whole[len(scheme) + 3 : -1]
    if ":" not in user and scheme.lower().endswith("ssh"):
        return whole  # git@: who, not a secret
    return f"{scheme}://{MASK}@"


def _without_value(match: re.Match[str]) -> str:
    name, between, value = match.groups()
    bare = value.strip("\"'")
    if not _is_secret(name, bare):
        return match[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{name}{between}{quote}{MASK}{quote}"
