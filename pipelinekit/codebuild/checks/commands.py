"""Which line of a command of several lines can fail without anybody seeing it.

A shell goes on after a line that failed, and CodeBuild sees the status of the last one. This is no parser of shell: it
knows lines, quotes, here-documents and where compound commands begin and end, and it keeps silent when in doubt.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from attrs import define

_ERREXIT = re.compile(r"set\s+(-\w*e\w*|-o\s+errexit)\b|set\s+.*\s-o\s+errexit\b|set\s+-\w*\s+-\w*e")
_TRAP = re.compile(r"trap\s.*\bERR\b")
_HEREDOC = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")
_OPENERS = re.compile(r"(?:^|[;&|(]\s*|\b(?:do|then|else)\s+)(?:if|for|while|until|case|select)\b")
_CLOSERS = re.compile(r"(?:^|[;&|)]\s*|\s)(?:fi|done|esac)(?=\s|;|$|[)&|<>])")
_POWERSHELL = re.compile(r"\$(?:\w+:)?\w+\s*=")
_FUNCTION = re.compile(r"(?:function\s+[\w-]+|[\w-]+\s*\(\))\s*\{?")
_HARMLESS = re.compile(
    r"(?::|true|false|echo|printf|set|shopt|umask|alias|unset|sleep|exit|return|trap|export|readonly|local|declare)"
    r"(?:\s|$)"
)
_MASKS_SUBSTITUTION = ("echo", "printf", "export", "local", "declare", "readonly")
"""After these, the status of a ``$(...)`` in the same line is lost even with ``set -e``: that is another matter."""
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_GOES_ON = ("\\", "&&", "||", "|", "(")


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
    if _OPENERS.match(text) or _FUNCTION.match(text) or text[0] in "({[":
        return False  # compound commands and tests: their status is most often meant to be looked at, not to stop
    if "||" in text or text.endswith("&"):
        return False
    if _HARMLESS.match(text) or _ASSIGNMENT.match(text):
        return "$(" in text and not text.startswith(_MASKS_SUBSTITUTION)
    return True


@define
class _Open:
    """What is open at the end of a line: a quote, compound commands, brackets, the body of a here-document."""

    quote: str = ""
    compounds: int = 0
    cases: int = 0
    brackets: int = 0
    terminator: str | None = None

    def take(self, line: str) -> None:
        """Go on over one line."""
        heredoc = _HEREDOC.search(line)
        self.terminator = None if heredoc is None else heredoc[2]
        bare = re.sub(r"\$\{[^}]*\}", "", self._outside_quotes(line))
        self.compounds += len(_OPENERS.findall(bare)) - len(_CLOSERS.findall(bare))
        self.cases += len(re.findall(r"\bcase\b", bare)) - len(re.findall(r"\besac\b", bare))
        if self.cases <= 0:  # the patterns of a case have parentheses that nothing opens
            self.brackets += sum(map(bare.count, "({")) - sum(map(bare.count, ")}"))

    def _outside_quotes(self, line: str) -> str:
        kept = []
        escaped = False
        for letter in line:
            if escaped:
                escaped = False
            elif letter == "\\" and self.quote != "'":
                escaped = True
            elif self.quote:
                self.quote = "" if letter == self.quote else self.quote
            elif letter in "'\"`":
                self.quote = letter
                kept.append("''")
            else:
                kept.append(letter)
        return "".join(kept)

    @property
    def anything(self) -> bool:
        """Whether the statement goes on in the next line."""
        return bool(self.quote) or self.compounds > 0 or self.cases > 0 or self.brackets > 0


def _statements(command: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for each statement on the outermost level, continued lines joined."""
    parts: list[str] = []
    start = 0
    state = _Open()
    for number, raw in enumerate(command.splitlines(), start=1):
        line = raw.strip()
        if state.terminator is not None:  # the body of a here-document
            state.terminator = None if line == state.terminator else state.terminator
            continue
        if not state.quote and (not line or line.startswith("#")):
            continue
        start = start if parts else number
        parts.append(line.removesuffix("\\").rstrip())
        state.take(line)
        if not state.anything and not line.endswith(_GOES_ON):
            yield start, " ".join(parts)
            parts, state = [], _Open(terminator=state.terminator)
    if parts:
        yield start, " ".join(parts)
