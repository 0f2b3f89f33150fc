"""Secrets of a local run: from mappings, files and AWS, kept in memory only, and hidden from all that is written."""

from __future__ import annotations

import json
import os
import re
import stat
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

from pipelinekit import documents
from pipelinekit.codebuild.environment import MissingSecret, is_known, look_up
from pipelinekit.codebuild.limits import PARAMETER_STORE, SECRETS_MANAGER
from pipelinekit.diagnostics import InvalidDocument, PipelineKitError
from pipelinekit.local.aws import AwsSecrets, Reference, aws_named
from pipelinekit.local.disguises import SHORTEST, short_values
from pipelinekit.local.dotenv import read_dotenv
from pipelinekit.local.masking import Hidden

SecretSource: TypeAlias = Mapping[str, Any] | str | os.PathLike[str] | AwsSecrets
"""A mapping, a file, ``aws``, ``aws:PROFILE``, ``aws:PROFILE@REGION``, or ``pk.local.aws_secrets(...)``."""

SecretSources: TypeAlias = SecretSource | Iterable[SecretSource] | None
"""What a run takes as its secrets: one source or several. A later file or mapping wins over an earlier one, AWS is
asked only for what none of them has, one profile after the other."""


class UnknownSecret(PipelineKitError, KeyError):
    """There is no secret of that name, or it cannot be had; says why."""


class Secrets(Mapping[str, str]):
    """The secrets of a run: a mapping of what was given, and what AWS is asked for. ``hidden`` masks them all.

    ``sources`` names where they are from, ``before`` where those were from that an earlier process had for the same
    execution, since none of them is kept.
    """

    def __init__(
        self,
        given: Mapping[str, str] | None = None,
        *,
        aws: Sequence[AwsSecrets] = (),
        sources: Sequence[str] = (),
        hidden: Hidden | None = None,
    ) -> None:
        self._given = dict(given or {})
        self._aws = tuple(aws)
        self.sources = tuple(sources)
        self.before: tuple[str, ...] = ()
        self.hidden = Hidden() if hidden is None else hidden
        self.hidden.add([*self._given.values(), *_own_credentials(os.environ)])

    def __getitem__(self, name: str) -> str:
        if name in self._given:
            return self._given[name]
        of_aws = f'; of AWS: work.secrets.parameter("{name}") or .secret("{name}")' if self._aws else ""
        message = f'there is no secret "{name}": give an entry "{name}" in --secrets{of_aws}'
        raise UnknownSecret("; ".join(filter(None, (message, self.reminder))))

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def __bool__(self) -> bool:
        return bool(self._given or self._aws)

    def __contains__(self, name: object) -> bool:
        return name in self._given

    @property
    def asks_aws(self) -> bool:
        """Whether AWS may be asked for what was not given."""
        return bool(self._aws)

    @property
    def reminder(self) -> str:
        """What to say where a secret is missing that the execution once had."""
        lost = [source for source in self.before if source not in self.sources]
        if not lost:
            return ""
        return f"it was started with {' '.join(lost)}, and secrets are never kept: give --secrets again"

    def parameter(self, name: str) -> str:
        """Give a parameter of Parameter Store: from what was given, else from AWS.

        Raises:
            UnknownSecret: it cannot be had; says why.
        """
        return self._one(PARAMETER_STORE, name)

    def secret(self, reference: str) -> str:
        """Give a secret of Secrets Manager, ``secret-id[:json-key[:version-stage[:version-id]]]``, likewise.

        Raises:
            UnknownSecret: it cannot be had; says why.
        """
        return self._one(SECRETS_MANAGER, reference)

    def hide(self, *values: str) -> None:
        """Mask these values too from now on, such as a token that was got with a secret."""
        self.hidden.add(values)

    def _one(self, kind: str, reference: str) -> str:
        try:
            if is_known(kind, reference, self._given) or not self._aws:
                value = look_up(kind, reference, self._given)
                self.hidden.add([value])
                return value
            found = self.fetch([(kind, reference)])[kind, reference]
            if isinstance(found, MissingSecret):
                raise found
        except MissingSecret as problem:
            raise UnknownSecret("; ".join(filter(None, (str(problem), self.reminder)))) from None
        return found

    def fetch(self, wanted: Iterable[Reference], region: str = "") -> dict[Reference, str | MissingSecret]:
        """Ask AWS, one profile after the other, and hide what it answers. It may take seconds; from any thread."""
        found: dict[Reference, str | MissingSecret] = {}
        left = list(dict.fromkeys(wanted))
        for source in self._aws:
            for reference, answer in source.fetch(left, region).items():
                found[reference] = _either(found.get(reference), answer)
            left = [reference for reference in left if isinstance(found[reference], MissingSecret)]
        self.hidden.add(answer for answer in found.values() if isinstance(answer, str))
        return found


def _either(before: str | MissingSecret | None, answer: str | MissingSecret) -> str | MissingSecret:
    """Give the answer, and where it is none either, all that is wrong."""
    if isinstance(before, MissingSecret) and isinstance(answer, MissingSecret):
        return MissingSecret(f"{before}; {answer}")
    return answer


def as_secrets(given: Mapping[str, str], hidden: Hidden | None = None) -> Secrets:
    """Take a plain mapping for the secrets of a run."""
    return given if isinstance(given, Secrets) else Secrets(given, hidden=hidden)


_KEY_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_KEY_LENGTH = 40


def _own_credentials(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the user's credentials, which builds inherit, where they are real and not the word ``test``."""
    if _KEY_ID.fullmatch(key := environment.get("AWS_ACCESS_KEY_ID", "")):
        yield key
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"):
        if len(value := environment.get(name, "")) >= _KEY_LENGTH:
            yield value


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=4)


def read_secrets(given: SecretSources, *, warn: Callable[[str], None] = _warn) -> Secrets:
    """Take secrets from one source or several.

    A file is JSON (``.json``), YAML (``.yml``, ``.yaml``), or ``NAME=VALUE`` lines. A value that is itself a mapping
    becomes JSON text, as Secrets Manager has it. *warn* is told of files that others can read, and of values that are
    too short to be masked.

    Raises:
        PipelineKitError: when a file cannot be read, or a value is none; never shows a value.
    """
    if isinstance(given, Secrets):
        return given
    texts: dict[str, str] = {}
    aws, names = [], []
    for source in _several(given):
        match _named_aws(source) or source:
            case AwsSecrets() as of_aws:
                aws.append(of_aws)
                names.append(f"--secrets {of_aws}")
            case Mapping() as mapping:
                texts |= {str(name): _text("secrets", str(name), value) for name, value in mapping.items()}
                names.append("secrets={...}")
            case path:
                texts |= _read(Path(path), warn)
                names.append(f"--secrets {Path(path).absolute()}")
    for name, value in texts.items():
        for short in short_values(name, value):
            warn(f"the secret {short} is not masked: it has fewer than {SHORTEST} characters")
    return Secrets(texts, aws=aws, sources=names)


def _named_aws(source: SecretSource) -> AwsSecrets | None:
    return aws_named(source) if isinstance(source, str) else None


def _several(given: SecretSources) -> list[SecretSource]:
    if given is None:
        return []
    if isinstance(given, (Mapping, str, os.PathLike, AwsSecrets)):
        return [cast(SecretSource, given)]
    return list(given)


def _text(place: str, name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        raise PipelineKitError(f"{place}: {name} has no value: give it one, or leave it out")
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        message = f"{place}: {name} is of type {type(value).__name__}: give text, or a mapping of what can be JSON"
        raise PipelineKitError(message) from None


def _read(place: Path, warn: Callable[[str], None]) -> dict[str, str]:
    try:
        with open(place, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise PipelineKitError(f"{place}: the secrets cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PipelineKitError(f"{place}: the secrets cannot be read: it is not UTF-8 text") from None
    if mode & stat.S_IROTH:
        warn(f"{place} holds secrets, and everybody on this machine can read it: chmod 600 {place}")
    return _document(place, text) if place.suffix in (".json", ".yml", ".yaml") else read_dotenv(text, str(place))


def _document(place: Path, text: str) -> dict[str, str]:
    """Read JSON or YAML. A number is taken as it is written, so that ``0755`` stays that."""
    try:
        node = documents.read(text, str(place))
    except InvalidDocument as error:  # its words may be those of the file
        where = error.diagnostics[0].where.place or place
        kind = "JSON" if place.suffix == ".json" else "YAML"
        raise PipelineKitError(f"{where}: the secrets cannot be read: it is not {kind}") from None
    if not isinstance(node, documents.Entries):
        raise PipelineKitError(f"{place}: a file of secrets is a mapping of names to values")
    found = {}
    for name, value in node:
        as_written = isinstance(value, documents.Scalar) and (value.quoted or value.tag != "null")
        found[name] = value.text if as_written else _text(str(place), name, documents.plain(value))  # type: ignore[union-attr]
    return found
