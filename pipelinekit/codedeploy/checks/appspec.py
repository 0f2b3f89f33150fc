"""AppSpecs for servers, by what the agent does with them (its version 1.8.1)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Hook, Permission
from pipelinekit.codedeploy.lifecycle import EVENT_LIMIT_SECONDS, RESERVED, SCRIPTED
from pipelinekit.codedeploy.limits import FILE_EXISTS_BEHAVIORS, PERMISSION_TYPES, SYSTEMS
from pipelinekit.codedeploy.permissions import acl_problem, context_problem, is_default_acl
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location, closest, did_you_mean
from pipelinekit.values import is_settled, matches

_FILE_ENDINGS = (
    *(".bat", ".cfg", ".conf", ".cer", ".crt", ".css", ".csv", ".dll", ".env", ".exe", ".gz", ".htm", ".html", ".ini"),
    *(".jar", ".js", ".json", ".key", ".md", ".pem", ".php", ".properties", ".ps1", ".py", ".rb", ".service", ".sh"),
    *(".sql", ".tar", ".tgz", ".toml", ".txt", ".war", ".xml", ".yaml", ".yml", ".zip"),
)
"""Endings by which a source is taken for a file and not for a directory, which nobody can see here."""


def check_appspec(appspec: AppSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what is wrong with an AppSpec."""
    yield from _system(appspec, locate)
    yield from _files(appspec, locate)
    yield from _permissions(appspec, locate)
    for event, hooks in appspec.hooks.items():
        yield from _event(event, locate)
        yield from _hooks(event, hooks, appspec.os, locate)


def _system(appspec: AppSpec, locate: Locate) -> Iterator[Diagnostic]:
    if is_settled(appspec.os) and appspec.os not in SYSTEMS:
        near = closest(appspec.os, SYSTEMS)
        yield found("PK703", locate("os"), f"there is no system {appspec.os!r}", f'write os="{near or SYSTEMS[0]}"')
    behavior = appspec.file_exists_behavior
    if behavior is not None and is_settled(behavior) and behavior not in FILE_EXISTS_BEHAVIORS:
        near = closest(behavior, FILE_EXISTS_BEHAVIORS)
        yield found(
            "PK704",
            locate("file_exists_behavior"),
            f"there is no {behavior!r}",
            f'write file_exists_behavior="{near}"' if near else f"write one of {', '.join(FILE_EXISTS_BEHAVIORS)}",
        )


def _files(appspec: AppSpec, locate: Locate) -> Iterator[Diagnostic]:
    for index, mapping in enumerate(appspec.files):
        where = locate(f"files[{index}]")
        if not mapping.source or not mapping.destination:
            lacking = "source" if not mapping.source else "destination"
            yield found(
                "PK705",
                where,
                f"has no {lacking}",
                'write files={"dist": "/srv/app"}: what, and the directory it goes into',
            )
            continue
        if not _is_full(mapping.destination):
            yield found(
                "PK732",
                where,
                f"the destination {mapping.destination!r} is not a full path",
                f'write "/{mapping.destination.lstrip("./")}"' if appspec.os == "linux" else 'write "C:\\\\..."',
            )
        if "*" in mapping.source:
            yield found(
                "PK733",
                where,
                f"the source {mapping.source!r} holds a wildcard, which the agent takes for a part of the name",
                f'name the directory: "{posixpath.dirname(mapping.source.split("*")[0]) or "/"}"',
            )
        if _names_the_file(mapping):
            yield found(
                "PK734",
                where,
                f"the destination {mapping.destination!r} becomes a directory, with {mapping.source!r} in it",
                f'write "{posixpath.dirname(mapping.destination.rstrip("/")) or "/"}": a destination is a directory',
            )
        first = clash(mapping, appspec.files[:index])
        if first is not None:
            yield found(
                "PK706",
                where,
                f"{mapping.source!r} and {first.source!r} go to the same place, {mapping.destination!r}",
                "leave one of them out, or give it another destination",
            )


def _names_the_file(mapping: FileMapping) -> bool:
    name = posixpath.basename(_normal(mapping.source))
    return _is_file(mapping.source) and posixpath.basename(_normal(mapping.destination)) == name


def _is_full(path: str) -> bool:
    return not is_settled(path) or path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path) is not None


def clash(mapping: FileMapping, earlier: tuple[FileMapping, ...]) -> FileMapping | None:
    """Give the earlier one by which the same file is installed to the same place, as far as their names tell."""
    source, destination = _normal(mapping.source), _normal(mapping.destination)
    for other in earlier:
        if _normal(other.destination) == destination and _makes_the_same(source, _normal(other.source)):
            return other
    return None


def _normal(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/")).strip("/") or "."


def _makes_the_same(source: str, other: str) -> bool:
    if source == other:
        return True
    if "." in (source, other):  # the whole revision, and a file that stands at its root
        name = other if source == "." else source
        return "/" not in name and _is_file(name)
    return posixpath.basename(source) == posixpath.basename(other) and _is_file(source)


def _is_file(source: str) -> bool:
    return source.lower().endswith(_FILE_ENDINGS)


def _permissions(appspec: AppSpec, locate: Locate) -> Iterator[Diagnostic]:
    if appspec.permissions and appspec.os == "windows":
        yield found(
            "PK714", locate("permissions"), "has permissions, which Windows does not have", "leave permissions out"
        )
    for index, permission in enumerate(appspec.permissions):
        where = locate(f"permissions[{index}]")
        if not permission.object:
            yield found("PK715", where, "has no object", 'write object="/srv/app"')
        elif any(_overlap(permission, other) for other in appspec.permissions[:index]):
            yield found(
                "PK715",
                where,
                f"{permission.object!r} has permissions already, for the same files",
                "put them into one permission, or give them different patterns or types",
            )
        yield from _what_is_set(permission, where)
        yield from _which_are_meant(permission, where)
        if permission.object and not _installs_there(appspec, permission.object):
            yield found(
                "PK746",
                where,
                f"no file goes to {permission.object!r}, and the agent changes only what the deployment makes",
                f'write object="{appspec.files[0].destination}", or set it in a script',
            )
        mode = permission.mode
        if mode is not None and is_settled(mode) and not matches(r"[0-7]{1,4}", mode):
            yield found("PK716", where, f"the mode {mode!r} is not 1 to 4 octal digits", 'write mode="0644"')


def _installs_there(appspec: AppSpec, path: str) -> bool:
    """Whether some file may go to a path, below it, or into a directory above it."""
    wanted = _normal(path)
    places = [mapping.destination for mapping in appspec.files]
    if not places or not all(map(is_settled, (path, *places))):
        return True
    return any(
        wanted == place or wanted.startswith(f"{place}/") or place.startswith(f"{wanted}/") or "." in (wanted, place)
        for place in map(_normal, places)
    )


def _what_is_set(permission: Permission, where: Location) -> Iterator[Diagnostic]:
    for what, name in (("owner", permission.owner), ("group", permission.group)):
        if name is not None and name.strip().isdecimal():
            yield found(
                "PK744", where, f"the {what} {name!r} is a number, which the agent does not take", "write the name"
            )
    mode = (permission.mode or "").strip()
    if matches(r"[2-7][0-7]{3}", mode) and (permission.owner or permission.group):
        yield found(
            "PK736",
            where,
            f"the mode {mode} loses its first digit: the agent sets the owner after it, which takes it away",
            "set the mode in an AfterInstall script, or leave owner and group out",
        )
    for entry in permission.acls:
        problem = acl_problem(entry) if is_settled(entry) else None
        if problem is not None:
            yield found("PK717", where, f"the ACL entry {entry!r} {problem}", 'write one such as "u:deploy:rw"')
    if any(map(_is_named, permission.acls)) and not any(map(_is_mask, permission.acls)):
        yield found(
            "PK738",
            where,
            "has an ACL entry for a name and none for the mask, so that the group's bits of the mode limit it",
            'add a mask: acls=[..., "m::rwx"]',
        )
    problem = context_problem(permission.context) if permission.context else None
    if problem is not None:
        yield found("PK717", where, f"the SELinux context {problem}", 'write context={"type": "httpd_sys_content_t"}')


def _is_named(entry: str) -> bool:
    *_, name, _ = ["", *entry.split(":")]
    return acl_problem(entry) is None and bool(name) and not _is_mask(entry) and not is_default_acl(entry)


def _is_mask(entry: str) -> bool:
    return any(part in ("m", "mask") for part in entry.split(":")[:-1])


def _which_are_meant(permission: Permission, where: Location) -> Iterator[Diagnostic]:
    for kind in permission.type:
        if is_settled(kind) and kind not in PERMISSION_TYPES:
            hint = did_you_mean(kind, PERMISSION_TYPES) or 'write type=["file"], ["directory"] or both'
            yield found("PK743", where, f"there is no type {kind!r} of objects", hint)
    for what, globs in (("pattern", (permission.pattern,)), ("exclude", permission.exclude)):
        for glob in globs:
            if glob != "**" and is_settled(glob) and set(glob) & set("/?["):
                yield found(
                    "PK737",
                    where,
                    f"the {what} {glob!r} meets nothing: it is compared with names right below the object, and only "
                    "* is special",
                    "name the directory above them as object, and write a pattern such as *.sh",
                )


def _overlap(one: Permission, other: Permission) -> bool:
    if one.exclude or other.exclude or one.pattern != other.pattern:
        return False  # which files are meant is not known here
    types = set(one.type or PERMISSION_TYPES) & set(other.type or PERMISSION_TYPES)
    return _normal(one.object) == _normal(other.object) and bool(types)


def _event(event: str, locate: Locate) -> Iterator[Diagnostic]:
    if event in RESERVED:
        before, after = f"Before{event}", f"After{event}"
        near = [name for name in (before, after) if name in SCRIPTED]
        yield found(
            "PK713",
            locate(f"hooks.{event}"),
            f"no script can be tied to the event {event}",
            f"tie the script to {' or '.join(near)}" if near else "tie the script to BeforeInstall",
        )
    elif event not in SCRIPTED:
        yield found(
            "PK712",
            locate(f"hooks.{event}"),
            f"a deployment to servers has no event {event!r}",
            did_you_mean(event, SCRIPTED) or f"it has {', '.join(SCRIPTED)}",
        )


def _hooks(event: str, hooks: tuple[Hook, ...], system: str, locate: Locate) -> Iterator[Diagnostic]:
    for index, hook in enumerate(hooks):
        where = locate(f"hooks.{event}[{index}]")
        location = hook.location.strip()
        if not location:
            yield found("PK708", where, "has no location", f'write hooks={{"{event}": "scripts/run.sh"}}')
        elif " " in location:
            yield found(
                "PK730",
                where,
                f"the location {location!r} is not a plain path, and the agent passes no arguments",
                f'write "{location.split()[0]}", and the arguments inside the script',
            )
        if system == "windows" and (hook.runas is not None or hook.sudo):
            yield found(
                "PK745",
                where,
                "runs as another user, which the agent can on Linux only",
                "leave runas and sudo out",
            )
        if hook.timeout is not None and hook.timeout <= 0:
            yield found(
                "PK711", where, f"the timeout {hook.timeout} is not a number of seconds above zero", "write timeout=300"
            )
    # Scripts without a timeout of their own are left out: their 3,600 seconds would make two of them suspicious.
    seconds = sum(hook.timeout or 0 for hook in hooks)
    if seconds > EVENT_LIMIT_SECONDS:
        yield found(
            "PK725",
            locate(f"hooks.{event}"),
            f"its scripts may take {seconds} seconds, and the service ends the event after {EVENT_LIMIT_SECONDS}",
            f"give them {EVENT_LIMIT_SECONDS} seconds together at most",
        )
