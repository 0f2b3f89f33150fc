"""What an AppSpec is (CodeDeploy User Guide, reference-appspec-file)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from attrs import field, frozen

from pipelinekit.diagnostics import Place, here
from pipelinekit.values import FrozenMap, Text, all_of, optional_text, reasons, text, text_map, texts


@frozen(kw_only=True)
class FileMapping:
    """One entry of ``files``: a file or directory of the revision, and the *directory* it goes into."""

    source: str = field(converter=text)
    destination: str = field(converter=text)


@frozen(kw_only=True)
class Hook:
    """A script tied to a lifecycle event. ``timeout`` is in seconds (agent's default: 3600).

    ``sudo`` is a key the agent knows although the User Guide does not.
    """

    location: str = field(converter=text, kw_only=False)
    timeout: int | None = None
    runas: str | None = field(default=None, converter=optional_text)
    sudo: bool = False


@frozen(kw_only=True)
class Permission:
    """One entry of ``permissions`` (Linux only). ``mode`` is 1-4 octal digits as text, such as ``"0644"``."""

    object: str = field(converter=text)
    pattern: str = field(default="**", converter=text)
    exclude: tuple[str, ...] = field(default=(), converter=texts)
    """Globs that are left out (key ``except``)."""
    owner: str | None = field(default=None, converter=optional_text)
    group: str | None = field(default=None, converter=optional_text)
    mode: str | None = field(default=None, converter=optional_text)
    type: tuple[str, ...] = field(default=(), converter=texts)
    acls: tuple[str, ...] = field(default=(), converter=texts)
    context: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    """SELinux context: ``type``, ``range`` and ``name`` (the user; agent 1.8.1 reads it there, not from ``user``)."""


def files(given: Mapping[str, Text] | Iterable[FileMapping]) -> tuple[FileMapping, ...]:
    """Take ``{"source": "destination"}`` or a list of `FileMapping`."""
    if isinstance(given, Mapping):
        several = cast("Mapping[str, Text]", given)
        return tuple(FileMapping(source=source, destination=to) for source, to in several.items())
    return all_of(FileMapping, given, "files are a mapping of source to destination or a list of FileMapping, not {!r}")


def hooks(given: Mapping[str, Text | Hook | Iterable[Text | Hook]] | None) -> FrozenMap[tuple[Hook, ...]]:
    """Take ``{"ApplicationStart": "scripts/start.sh"}``, with one script or several, as text or `Hook`."""
    return FrozenMap({event: _scripts(scripts) for event, scripts in (given or {}).items()})


def _scripts(given: Text | Hook | Iterable[Text | Hook]) -> tuple[Hook, ...]:
    several = (
        (given,) if isinstance(given, Hook) or not isinstance(given, Iterable) or isinstance(given, str) else given
    )
    return tuple(script if isinstance(script, Hook) else Hook(script) for script in several)


@frozen(kw_only=True)
class AppSpec:
    """An AppSpec for EC2 and on-premises hosts; make one with `AppSpec.server` (the other platforms come later)."""

    os: str = field(default="linux", converter=text)
    files: tuple[FileMapping, ...] = field(default=(), converter=files)
    file_exists_behavior: str | None = field(default=None, converter=optional_text)
    permissions: tuple[Permission, ...] = field(default=(), converter=tuple[Permission, ...])
    hooks: FrozenMap[tuple[Hook, ...]] = field(factory=FrozenMap, converter=hooks)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    where: Place | None = field(factory=here, eq=False, repr=False)

    @classmethod
    def server(
        cls,
        *,
        files: Mapping[str, Text] | Iterable[FileMapping] = (),
        hooks: Mapping[str, Text | Hook | Iterable[Text | Hook]] | None = None,
        permissions: Iterable[Permission] = (),
        file_exists_behavior: str | None = None,
        os: str = "linux",
        ignore: Mapping[str, str] | None = None,
    ) -> AppSpec:
        """Describe a deployment to servers (CodeDeploy User Guide, reference-appspec-file-structure-files).

        ``files`` maps a path of the revision to the directory it goes into; ``hooks`` maps a lifecycle
        event to its scripts; ``file_exists_behavior`` is DISALLOW (AWS's default), OVERWRITE or RETAIN.
        """
        return cls(
            os=os,
            ignore=ignore,
            files=files,
            hooks=hooks or {},
            permissions=tuple(permissions),
            file_exists_behavior=file_exists_behavior,
        )
