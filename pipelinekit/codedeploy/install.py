"""What Install does to a host, decided before anything is touched (as agent 1.8.1 does it).

Pure: it plans over a listing of what stands on the host, where the revision lies too.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any, TypeAlias, assert_never

from attrs import field, frozen

from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Permission
from pipelinekit.codedeploy.listing import Listing, on_host
from pipelinekit.codedeploy.permissions import is_default_acl, matches_glob, normal_mode
from pipelinekit.diagnostics import Diagnostic, Location, PipelineKitError
from pipelinekit.values import FrozenMap, frozen_map


class CannotInstall(PipelineKitError):
    """Install cannot be planned; nothing of the new revision was put onto the host."""


@frozen
class MakeDirectory:
    """Make a directory (mode 0777 without the umask; the revision's own mode is not kept)."""

    directory: str


@frozen
class CopyFile:
    """Copy a file with its contents, mode and times; over a link it writes through, into a directory it goes inside."""

    source: str
    destination: str


@frozen
class MakeLink:
    """Make a symbolic link like the one at *source*."""

    source: str
    target: str
    destination: str


@frozen
class ChangeMode:
    """Give a file or directory a mode, three or four octal digits."""

    path: str
    mode: str


@frozen
class ChangeAcl:
    """Replace a file's or directory's whole access control list."""

    path: str
    acls: tuple[str, ...]


@frozen
class ChangeContext:
    """Give a file or directory an SELinux context."""

    path: str
    context: FrozenMap[str] = field(converter=frozen_map)


@frozen
class ChangeOwner:
    """Give a file or directory an owner, a group, or both; names, not numbers."""

    path: str
    owner: str | None
    group: str | None


Instruction: TypeAlias = MakeDirectory | CopyFile | MakeLink | ChangeMode | ChangeAcl | ChangeContext | ChangeOwner


@frozen
class Plan:
    """What Install will do, in order.

    ``kept`` are files in the way that stay as they are and remain somebody else's; ``replaced`` are those that become
    this deployment's, so that the next one removes them.
    """

    instructions: tuple[Instruction, ...]
    kept: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    @property
    def cleanup(self) -> tuple[str, ...]:
        """What the next deployment of the group removes again, in the order of the cleanup file."""
        return tuple(path for path in map(recorded, self.instructions) if path is not None)


def recorded(instruction: Instruction) -> str | None:
    """Give the line an instruction adds to the cleanup file; None when it adds none."""
    match instruction:
        case MakeDirectory(directory):
            return directory
        case CopyFile(_, destination) | MakeLink(_, _, destination):
            return destination
        case ChangeContext(path):
            return f"{_SEMANAGE}{path}"
        case ChangeMode() | ChangeAcl() | ChangeOwner():
            return None
        case _:
            assert_never(instruction)


def plan_install(appspec: AppSpec, revision: str, listing: Listing, behavior: str = "DISALLOW") -> Plan:
    """Plan the installation of the revision that lies at *revision*.

    *behavior* is what the deployment says of files that exist already; the AppSpec's own word goes before it.

    Raises:
        CannotInstall: ``PK706`` two sources for one target; ``PK721`` a file is in the way, ``PK704`` an unknown
            behavior; ``PK707`` links go round in a circle; ``PK715``, ``PK716``, ``PK717``, ``PK718`` permissions.
    """
    planner = _Planner(listing, appspec.file_exists_behavior or behavior.upper())
    for number, mapping in enumerate(appspec.files):
        planner.where = Location(("files", str(number)))
        planner.install(mapping, revision)
    for number, permission in enumerate(appspec.permissions):
        planner.where = Location(("permissions", str(number)))
        planner.permit(permission)
    return Plan(tuple(planner.instructions), tuple(planner.kept), tuple(planner.replaced))


class _Planner:
    def __init__(self, listing: Listing, behavior: str) -> None:
        self.listing = listing
        self.behavior = behavior
        self.where = Location()
        self.instructions: list[Instruction] = []
        self.kept: list[str] = []
        self.replaced: list[str] = []
        self._copied: dict[str, str] = {}
        """Target -> source."""
        self._made: dict[str, None] = {}
        self._permitted: set[str] = set()

    def install(self, mapping: FileMapping, revision: str) -> None:
        source = posixpath.join(revision, mapping.source.lstrip("/"))
        if self.listing.kind(source) == "directory":
            self._make_missing_ancestors(mapping.destination)
            self._copy_directory(source, mapping.destination, ())
        else:
            target = posixpath.join(mapping.destination, posixpath.basename(source.rstrip("/")))
            self._make_missing_ancestors(target)
            self._copy_one(source, target)

    def _make_missing_ancestors(self, path: str) -> None:
        missing = []
        ancestor = posixpath.dirname(on_host(path))
        while ancestor != "/" and self.listing.kind(ancestor) is None:
            missing.append(ancestor)
            ancestor = posixpath.dirname(ancestor)
        for directory in reversed(missing):
            self._make_directory(directory)

    def _copy_directory(self, source: str, destination: str, inside: tuple[str, ...]) -> None:
        real = self.listing.real(source)
        if real in inside:
            raise self._refusal("PK707", f"the symbolic link {source} leads round in a circle")
        if self.listing.kind(destination) != "directory":
            self._make_directory(destination)
        for name in self.listing.names(source):
            entry, target = posixpath.join(source, name), posixpath.join(destination, name)
            if self.listing.kind(entry) == "directory":
                self._copy_directory(entry, target, (*inside, real))
            else:
                self._copy_one(entry, target)

    def _copy_one(self, source: str, destination: str) -> None:
        if self.listing.kind(destination) is not None:
            match self.behavior:
                case "OVERWRITE":
                    self.replaced.append(on_host(destination))
                case "RETAIN":
                    self.kept.append(on_host(destination))
                    return
                case "DISALLOW":
                    raise self._refusal(
                        "PK721",
                        f"a specified file already exists at this location: {on_host(destination)}",
                        "file_exists_behavior: OVERWRITE replaces it, RETAIN keeps it",
                    )
                case other:
                    raise self._refusal(
                        "PK704", f"{other!r} is no file_exists_behavior: it is DISALLOW, OVERWRITE or RETAIN"
                    )
        self._copy(source, on_host(destination))

    def _copy(self, source: str, destination: str) -> None:
        if destination in self._copied:
            other = self._copied[destination]
            raise self._refusal("PK706", f"two source files named {source} and {other} go to {destination}")
        if destination in self._made:
            raise self._refusal(
                "PK706", f"{source} is to be installed, but a directory already exists at the location ({destination})"
            )
        target = self.listing.link(source)
        self.instructions.append(
            CopyFile(source, destination) if target is None else MakeLink(source, target, destination)
        )
        self._copied[destination] = source

    def _make_directory(self, path: str) -> None:
        directory = on_host(path)
        if directory in self._copied:
            raise self._refusal(
                "PK706", f"{directory} is to be a directory, but the file {self._copied[directory]} goes there too"
            )
        if directory not in self._made:
            self.instructions.append(MakeDirectory(directory))
            self._made[directory] = None

    def permit(self, permission: Permission) -> None:
        target = on_host(permission.object)
        if target in self._copied:
            if _covers(permission, "file"):
                self._check_single_file(permission)
                self._change(target, permission)
        elif target in self._made or self.listing.kind(permission.object) == "directory":
            for path in list(self._matches(permission)):
                self._change(path, permission)

    def _check_single_file(self, permission: Permission) -> None:
        if permission.pattern != "**":
            raise self._refusal(
                "PK718", f"the object {permission.object} is a file and has an invalid pattern ({permission.pattern})"
            )
        if permission.exclude:
            raise self._refusal("PK718", f"the object {permission.object} is a file and has an except parameter")
        self._check_file_acl(permission)

    def _check_file_acl(self, permission: Permission) -> None:
        if any(map(is_default_acl, permission.acls)):
            raise self._refusal("PK717", f"{permission.object}: only directories have default ACL entries")

    def _matches(self, permission: Permission) -> Iterator[str]:
        """Give what this deployment puts below the object, as far as the entry means it."""
        below = on_host(permission.object).rstrip("/") + "/"
        for kind, paths in (("file", self._copied), ("directory", self._made)):
            for path in paths if _covers(permission, kind) else ():
                if path.startswith(below) and _means(permission, path.removeprefix(below)):
                    if kind == "file":
                        self._check_file_acl(permission)
                    yield path

    def _change(self, path: str, permission: Permission) -> None:
        if path in self._permitted:
            raise self._refusal("PK715", f"the permissions of {path} are specified more than once")
        self._permitted.add(path)
        if permission.mode is not None:
            self.instructions.append(ChangeMode(path, self._mode(permission.mode)))
        if permission.acls:
            self.instructions.append(ChangeAcl(path, permission.acls))
        if permission.context:
            self.instructions.append(ChangeContext(path, permission.context))
        if permission.owner is not None or permission.group is not None:
            self.instructions.append(ChangeOwner(path, permission.owner, permission.group))

    def _mode(self, mode: str) -> str:
        try:
            return normal_mode(mode)
        except ValueError as error:
            raise self._refusal("PK716", str(error)) from None

    def _refusal(self, code: str, message: str, hint: str = "") -> CannotInstall:
        return CannotInstall(Diagnostic(code=code, message=message, where=self.where, hint=hint))


def _covers(permission: Permission, kind: str) -> bool:
    return not permission.type or kind in permission.type


def _means(permission: Permission, name: str) -> bool:
    """Tell whether a path relative to the object is one the entry changes."""
    wanted = permission.pattern == "**" or matches_glob(permission.pattern, name)
    return wanted and not any(matches_glob(glob, name) for glob in permission.exclude)


def install_json(plan: Plan) -> str:
    """Write a plan as the agent does in ``<group-id>-install.json``."""
    return json.dumps({"instructions": [_as_data(instruction) for instruction in plan.instructions]})


def _as_data(instruction: Instruction) -> dict[str, Any]:
    match instruction:
        case MakeDirectory(directory):
            return {"type": "mkdir", "directory": directory}
        case CopyFile(source, destination) | MakeLink(source, _, destination):
            return {"type": "copy", "source": source, "destination": destination}
        case ChangeMode(path, mode):
            return {"type": "chmod", "mode": mode, "file": path}
        case ChangeAcl(path, acls):
            return {"type": "setfacl", "acl": list(acls), "file": path}
        case ChangeContext(path, context):
            return {"type": "semanage", "context": dict(context), "file": path}
        case ChangeOwner(path, owner, group):
            return {"type": "chown", "owner": owner, "group": group, "file": path}
        case _:
            assert_never(instruction)


_SEMANAGE = "semanage\0"


def read_cleanup(text: str) -> list[str]:
    """Give what a cleanup file says is to be removed, the last thing first.

    A last line without an end was being written when the agent died: it is left out. Lines about SELinux rules are
    left out too, as no such rule is ever made on a local host.
    """
    whole, _, _ = text.rpartition("\n")
    return [line for line in reversed(whole.split("\n")) if line and not line.startswith(_SEMANAGE)]
