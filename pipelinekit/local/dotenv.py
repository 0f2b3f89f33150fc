"""Files of ``NAME=VALUE`` lines."""

from __future__ import annotations

import re

from pipelinekit.diagnostics import PipelineKitError

_NOTHING = re.compile(r"[^\S\n]*(?:#[^\n]*)?(?:\n|\Z)")
_NAME = re.compile(r"""[^\S\n]*(?:export[^\S\n]+)?([^\s='"]+)[^\S\n]*=""")
_QUOTED = re.compile(r"""[^\S\n]*(?:"((?:[^"\\]|\\.)*+)"|'([^']*)')""", re.DOTALL)
_END = re.compile(r"[^\S\n]*(?:[^\S\n]#[^\n]*)?(?:\n|\Z)")
_BARE = re.compile(r"[^\n]*\n?")
_COMMENT = re.compile(r"\s#.*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "\n": ""}
_ITSELF = '\\"$`'


def read_dotenv(text: str, file: str) -> dict[str, str]:
    """Read ``NAME=VALUE`` lines; *file* is their name in messages, which never show a value.

    ``export`` may stand before a name. A value without quotes ends at the line's end or at a ``#`` after a blank. In
    single quotes it is taken as it stands; in double quotes ``\\n``, ``\\r``, ``\\t``, ``\\\\``, ``\\"``, ``\\$`` and
    a backslash at a line's end are escapes. Quoted values may go over several lines. Nothing is expanded. Of a name
    that stands there twice the last value counts.

    Raises:
        PipelineKitError: with file and line.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found, position = {}, 0
    while position < len(text):
        if blank := _NOTHING.match(text, position):
            position = blank.end()
            continue
        name = _NAME.match(text, position)
        if name is None:
            raise _wrong(text, position, file, "a line of secrets is NAME=VALUE")
        found[name[1]], position = _value(text, name.end(), file, name[1])
    return found


def _value(text: str, position: int, file: str, name: str) -> tuple[str, int]:
    """Give a value and where it ends."""
    quoted = _QUOTED.match(text, position)
    if quoted is None:
        bare = _BARE.match(text, position)
        assert bare is not None  # it matches anything
        if bare[0].lstrip().startswith(('"', "'")):
            raise _wrong(text, position, file, f"the quotes around the value of {name} are not closed")
        return _COMMENT.sub("", bare[0]).strip(), bare.end()
    end = _END.match(text, quoted.end())
    if end is None:
        message = f'something stands after the closing quote of {name}: write \\" for a quote inside double quotes'
        raise _wrong(text, quoted.end(), file, message)
    return quoted[2] if quoted[1] is None else _ESCAPE.sub(_unescaped, quoted[1]), end.end()


def _unescaped(escape: re.Match[str]) -> str:
    return escape[1] if escape[1] in _ITSELF else _MEANT.get(escape[1], escape[0])


def _wrong(text: str, position: int, file: str, message: str) -> PipelineKitError:
    return PipelineKitError(f"{file}:{text.count(chr(10), 0, position) + 1}: {message}")
