"""Which line of a command of several lines can fail without anybody seeing it.

A shell goes on after a line that failed, and CodeBuild sees the status of the last one. This is no parser of shell: it
knows lines, quotes, here-documents and where compound commands begin and end, and it keeps silent when in doubt.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

_ERREXIT = re.compile(r"set\s+(-\w*e\w*|-o\s+errexit)\b|set\s+.*\s-o\s+errexit\b|set\s+-\w*\s+-\w*e")
_TRAP = re.compile(r"trap\s.*\bERR\b")
_HEREDOC = re.compile(r"(?<!<)<<(-?)\s*(['\"]?)(\w+)\2")
_OPENERS = re.compile(r"(?:^|[;&|(]\s*|\b(?:do|then|else)\s+)(if|for|while|until|case|select)\b")
_CLOSERS = re.compile(r"(?:^|[;&|)]\s*|\s)(fi|done|esac)(?=\s|;|$|[)&|<>])")
_POWERSHELL = re.compile(r"\$(?:\w+:)?\w+\s*=")
_FUNCTION = re.compile(r"(?:function\s+[\w-]+|[\w-]+\s*\(\))\s*\{?")
_HARMLESS = re.compile(
    r"""(?x)
    (?: :
      | true | false | echo | printf | set | shopt | umask | alias | unset | sleep | exit | return | trap
      | export | readonly | local | declare
    )(?:\s|$)
    """
)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_GOES_ON = re.compile(r"(\\|&&|\|\||\||\()$")


def first_silent_line(command: str) -> tuple[int, str] | None:
    """Give the number (from 1) and the text of the first line whose failure goes unseen, or None."""
    if "\n" not in command.strip():
        return None
    statements = list(_statements(command))
    if any(_POWERSHELL.match(text) for _, text in statements):
        return None
    for (number, text), (_, after) in itertools.pairwise(statements):
        if _ERREXIT.match(text) or _TRAP.match(text):
            return None
        if _can_fail(text) and "$?" not in after:
            return number, text
    return None


def _can_fail(text: str) -> bool:
    if _OPENERS.match(text) or _FUNCTION.match(text) or text[0] in "({[" or text.startswith("[["):
        return False  # compound commands and tests: their status is most often meant to be looked at, not to stop
    if "||" in text or text.endswith("&"):
        return False
    if _HARMLESS.match(text) or _ASSIGNMENT.match(text):
        return "$(" in text and not text.startswith(("echo", "printf", "export", "local", "declare", "readonly"))
    return True


def _statements(command: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for each statement on the outermost level, continued lines joined."""
    depth = 0
    pending, start = "", 0
    terminator: str | None = None
    for number, raw in enumerate(command.splitlines(), start=1):
        line = raw.strip()
        if terminator is not None:
            terminator = None if line == terminator else terminator
            continue
        if not _has_open_quote(pending) and (not line or line.startswith("#")):
            continue
        start = start if pending else number
        pending = f"{pending.removesuffix(chr(92))} {line}".strip()
        heredoc = _HEREDOC.search(line)
        terminator = heredoc[3] if heredoc is not None else None
        if _has_open_quote(pending) or _GOES_ON.search(line):
            continue
        depth = _depth(pending)
        if depth > 0:
            pending += " ;"
            continue
        yield start, pending
        pending = ""
    if pending:
        yield start, pending


def _has_open_quote(text: str) -> bool:
    quote = ""
    escaped = False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
    return bool(quote)


def _depth(text: str) -> int:
    """Tell how many compound commands, braces and parentheses are open at the end of *text*."""
    bare = re.sub(r"'[^']*'|\"(?:\\.|[^\"\\])*\"", "''", text)
    bare = re.sub(r"\$\{[^}]*\}", "", bare)
    brackets = bare.count("{") - bare.count("}") + bare.count("(") - bare.count(")")
    in_case = len(re.findall(r"\bcase\b", bare)) - len(re.findall(r"\besac\b", bare))
    if in_case > 0:
        return in_case  # the patterns of a case have parentheses that nothing opens
    return len(_OPENERS.findall(bare)) - len(_CLOSERS.findall(bare)) + max(brackets, 0)
