"""Secrets in plain text: only what has the unmistakable form of one."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterator

from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location

_PATTERNS = (
    ("an AWS access key", ("akia", "asia"), r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    (
        "an AWS secret access key",
        ("secret",),
        r"(?i)aws_?secret_?access_?key\W{1,4}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    (
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
    ),
    ("a GitLab token", ("glpat-",), r"\bglpat-[A-Za-z0-9_-]{20}\b"),
    ("a Slack token", ("xox",), r"\bxox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{16,}"),
    (
        "a Slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    ),
    ("an npm token", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a PyPI token", ("pypi-",), r"\bpypi-[A-Za-z0-9_-]{60,}"),
    ("a Stripe key", ("k_live_",), r"\b[sr]k_live_[A-Za-z0-9]{24,}\b"),
    ("a Google API key", ("aiza",), r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("a private key", ("private key",), r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    (
        "a password in a URL",
        ("://",),
        r"\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@$<>{}'\"*]+:([^\s/:@$<>{}'\"*()%]{6,})@[\w.-]+\.\w",
    ),
)
"""What it is, marks of which one stands in every text that has it (in lower case), and its form.

Few texts have a mark, and compiling a form takes as long as checking a small pipeline: it is compiled when one does.
"""


@functools.cache
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form)


def _patterns(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the forms that may stand in a text."""
    lowered = text.lower()
    return ((kind, _compiled(form)) for kind, marks, form in _PATTERNS if any(mark in lowered for mark in marks))


_EXAMPLE = re.compile(r"(?i)example|x{6}|<|\*{3}|password|secret\b|token\b|changeme|1234567")
"""What people write in place of a secret."""


def secret_in(text: str) -> tuple[str, str] | None:
    """Tell what kind of secret stands in *text* and how it begins, or None."""
    for kind, pattern in _patterns(text):
        for match in pattern.finditer(text):
            secret = match[match.lastindex or 0]
            if not _EXAMPLE.search(secret):
                return kind, secret[:4]
    return None


_SAYS_SECRET = re.compile(
    r"(?i)(?:^|[_-])(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)$"
)
_NO_SECRET = re.compile(r"[\s$#{}<>*/\\:@%]|^(?:arn|http|true|false|none|null)\b", re.I)
_LEAST_LENGTH, _LEAST_BITS = 16, 3.2
"""Below so many characters, or bits of entropy a character, a value is a word somebody chose to show."""


def looks_like_a_secret(name: str, value: str) -> bool:
    """Whether a variable says by its name that it is a secret, and has a value that nobody would make up.

    The value is one word of letters and digits mixed, with the entropy of something random.
    """
    if len(value) < _LEAST_LENGTH or _NO_SECRET.search(value) or _EXAMPLE.search(value):
        return False
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return _SAYS_SECRET.search(name) is not None and mixed and _bits_a_character(value) >= _LEAST_BITS


def _bits_a_character(text: str) -> float:
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


def check_likely_secret(name: str, value: str, where: Location) -> Iterator[Diagnostic]:
    """Yield a finding when a variable in plain text looks like a secret by its name and its value."""
    if secret_in(value) is None and looks_like_a_secret(name, value):
        yield found(
            "PK810",
            where,
            f"{name} looks like a secret in plain text ({value[:2]}...)",
            "keep it in Secrets Manager and read it from there: "
            f'pk.EnvironmentVariable(name="{name}", value="SECRET_NAME", type="SECRETS_MANAGER")',
        )


def check_secret(text: str, where: Location) -> Iterator[Diagnostic]:
    """Yield a finding when a secret stands in *text*; it does not repeat it."""
    secret = secret_in(text)
    if secret is not None:
        kind, beginning = secret
        yield found(
            "PK618",
            where,
            f"holds {kind} in plain text ({beginning}...)",
            "revoke it, keep a new one in Secrets Manager, and read it from there: "
            'pk.EnvironmentVariable(name="TOKEN", value="SECRET_NAME", type="SECRETS_MANAGER")',
        )


HIDDEN = "***"
_SECRET_WORDS = "pass(?:word|wd|phrase)|secret|token|api_?key|access_?key|private_?key|credential"
_SECRET_NAME = f"(?i){_SECRET_WORDS}"
_VALUE = r"[\"']?(?![\"']|\$|#\{)([^\s\"']{3,})"
_SECRET_SET = (
    rf"(?i)\b\w{{0,40}}(?:{_SECRET_WORDS})\w{{0,40}}[\"']?\s{{0,3}}[=:]\s{{0,3}}{_VALUE}",
    rf"(?i)(?:^|\s)--?[\w-]{{0,40}}(?:{_SECRET_WORDS})[\w-]{{0,40}}\s{{1,3}}(?!-){_VALUE}",
    rf"(?i)\b(?:bearer|basic)\s{{1,3}}{_VALUE}",
)
"""A name that says so with its value, as shells, JSON and YAML write it; as an option; and in a header."""
_REFERENCES = r"(?:\$\{[^}]*\}|#\{[^}]*\})+"


def without_secrets(text: str, name: str = "") -> str:
    """Give a text to show, with ``***`` for whatever may be a secret: by its form, or because its *name* says so.

    Here it is better to hide too much. What only refers to a parameter or a variable stays.
    """
    if _compiled(_SECRET_NAME).search(name) and text and not _compiled(_REFERENCES).fullmatch(text):
        return HIDDEN
    if "PRIVATE KEY-----" in text:
        return HIDDEN
    for pattern in (*(pattern for _, pattern in _patterns(text)), *map(_compiled, _SECRET_SET)):
        text = pattern.sub(_hidden, text)
    return text


def _hidden(match: re.Match[str]) -> str:
    group = match.lastindex or 0
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + HIDDEN + match[0][end:]
