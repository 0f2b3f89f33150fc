"""Reading AppSpecs for servers as agent 1.8.1 does: strict where it refuses, with a word about what it ignores."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Hook, Permission
from pipelinekit.codedeploy.lifecycle import EVENTS, RESERVED, SCRIPTED
from pipelinekit.codedeploy.limits import FILE_EXISTS_BEHAVIORS, PERMISSION_TYPES, SYSTEMS
from pipelinekit.codedeploy.permissions import acl_problem, context_problem, normal_mode
from pipelinekit.diagnostics import InvalidDocument, Place, Report, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar, read
from pipelinekit.reading import NO, Path, Reading, is_null
from pipelinekit.values import FrozenMap


def examine_appspec(text: str, file: str) -> tuple[AppSpec | None, Report]:
    """Read an AppSpec and give every finding; there is no AppSpec where an error is among them.

    The warnings are about what the agent accepts in silence: ``PK712`` and ``PK713`` hooks that never run,
    ``PK716`` a mode that YAML takes for another, ``PK717`` a context it misreads, ``PK740`` keys it ignores,
    ``PK741`` keys that stand twice.
    """
    return examine_appspec_document(text, file)[:2]


def examine_appspec_document(text: str, file: str) -> tuple[AppSpec | None, Report, Mapping[Path, Place]]:
    """Read an AppSpec as `examine_appspec` does; give also the places of its parts, such as ``("files", "0")``."""
    reading = _Reading()
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        reading.error("PK701", "the AppSpec is empty", Place(file, 1, 1), hint=_AT_LEAST)
        return None, Report(reading.findings), {}
    try:
        root = read(text, file)
    except InvalidDocument as error:
        return None, Report(error.diagnostics), {}
    appspec = reading.appspec(root)
    return None if reading.errors else appspec, Report(reading.in_order()), reading.places


_AT_LEAST = "it has at least the keys version (0.0) and os (linux or windows)"
_KEYS = ("version", "os", "files", "file_exists_behavior", "permissions", "hooks")
_FILE_KEYS = ("source", "destination")
_HOOK_KEYS = ("location", "timeout", "runas", "sudo")
_PERMISSION_KEYS = ("object", "pattern", "except", "owner", "group", "mode", "acls", "context", "type")
_CONTEXT_KEYS = ("name", "type", "range")
_QUOTE = "write it in quotes"


_CODES = {
    "files": "PK705",
    "hooks": "PK708",
    "permissions": "PK715",
    "mode": "PK716",
    "acls": "PK717",
    "context": "PK717",
}
"""By which code a value of another type is refused: that of the innermost of these that it stands in."""


class _Reading(Reading):
    """An AppSpec that is being read."""

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        code = next(_CODES[part] for part in reversed(path) if part in _CODES)
        part = f"an entry of {path[-2]}" if path[-1].isdigit() else path[-1]
        hint = f"write [{node.text}]" if isinstance(node, Scalar) and wanted == "a list of texts" else ""
        self.error(code, f"{part} is {wanted}{_not(node)}", node, path, hint)

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        *above, key = path
        instead = hint or _instead(key, known, tuple(above))
        self.warning("PK740", f"the agent ignores the unknown key {key}", self.places[path], tuple(above), instead)

    def twice(self, key: Scalar, path: Path) -> None:
        self.warning("PK741", f"the key {key.text} stands twice; only the last one counts", key, path)

    def item_path(self, path: Path, number: int) -> Path:
        return (*path, str(number))

    def appspec(self, root: Node) -> AppSpec | None:
        if not isinstance(root, Entries):
            self.error("PK701", "the AppSpec is not a mapping of keys to values", root, hint=_AT_LEAST)
            return None
        platform = _other_platform(root)
        if platform is not None:
            self.error("PK724", f"is an AppSpec for {platform}, not a server AppSpec", root)
            return None
        for alias in _aliases(root):
            self.error("PK701", "an alias stands for this value elsewhere, and the agent reads no aliases", alias)
        given = self.keys(root, _KEYS, ())
        self.version(given.get("version"), root)
        system = self.os(given.get("os"), root)
        return AppSpec(
            os=system,
            files=tuple(self.files(given.get("files"))),
            file_exists_behavior=self.file_exists_behavior(given.get("file_exists_behavior")),
            permissions=tuple(self.permissions(given.get("permissions"), system)),
            hooks=FrozenMap(self.hooks(given.get("hooks"))),
            where=root.place,
        )

    def keys(self, node: Node, known: Collection[str], path: Path) -> dict[str, Node]:
        """Take a mapping, and warn of the keys that are ignored because nobody knows them."""
        given = self.mapping(node, path)
        self.known(given, known, path)
        return given

    def version(self, node: Node | None, root: Node) -> None:
        if node is None:
            self.error("PK702", "has no version", root, hint="add the line version: 0.0")
        elif not (isinstance(node, Scalar) and node.tag in ("int", "float") and not set(node.text) - set("+-0._")):
            hint = f"write version: 0.0{', without quotes' if isinstance(node, Scalar) and node.quoted else ''}"
            self.error("PK702", f"the version is 0.0 and nothing else{_not(node)}", node, ("version",), hint)

    def os(self, node: Node | None, root: Node) -> str:
        if node is None:
            self.error("PK703", "has no os", root, hint="add the line os: linux (or windows)")
        elif not (isinstance(node, Scalar) and node.text in SYSTEMS):
            self.error("PK703", f"os is linux or windows, in lower case{_not(node)}", node, ("os",))
        else:
            return node.text
        return SYSTEMS[0]

    def file_exists_behavior(self, node: Node | None) -> str | None:
        if node is None or is_null(node):
            return None
        if isinstance(node, Scalar) and node.text in FILE_EXISTS_BEHAVIORS:
            return node.text
        one_of = "file_exists_behavior is DISALLOW, OVERWRITE or RETAIN, in upper case"
        self.error("PK704", one_of + _not(node), node, ("file_exists_behavior",))
        return None

    def files(self, node: Node | None) -> Iterator[FileMapping]:
        for item, path in self.mappings(node, ("files",), "source and destination"):
            given = self.keys(item, _FILE_KEYS, path)
            for key in _FILE_KEYS:
                value = given.get(key)
                if value is None or is_null(value):
                    self.error("PK705", f"has no {key}", item if value is None else value, path)
            source, destination = (self.text(given.get(key), (*path, key)) or "" for key in _FILE_KEYS)
            yield FileMapping(source=source, destination=destination)

    def hooks(self, node: Node | None) -> Iterator[tuple[str, tuple[Hook, ...]]]:
        for event, scripts in self.mapping(node, ("hooks",)).items():
            self.look_at_event(event)
            if not is_null(scripts):
                several = self.mappings(scripts, ("hooks", event), "a location")
                yield event, tuple(hook for item, path in several for hook in self.hook(item, path))

    def look_at_event(self, event: str) -> None:
        place = self.places["hooks", event]
        if event in RESERVED:
            self.warning("PK713", f"{event} is the agent's own event: its scripts never run", place, ("hooks",))
        elif event not in EVENTS:
            message = f"{event} is no lifecycle event of servers: Install fails"
            self.warning("PK712", message, place, ("hooks",), did_you_mean(event, SCRIPTED))

    def hook(self, item: Entries, path: Path) -> Iterator[Hook]:
        given = self.keys(item, _HOOK_KEYS, path)
        location, timeout, runas, sudo = map(given.get, _HOOK_KEYS)
        if location is None or is_null(location):
            self.error("PK708", "the script has no location", item if location is None else location, path)
            return
        script = self.text(location, (*path, "location"))
        if script is not None and not script.strip():
            self.error("PK708", "the script has no location", location, path)
        user = self.text(runas, (*path, "runas"))
        yield Hook(
            (script or "").strip(),
            timeout=self.timeout(timeout, (*path, "timeout")),
            runas=None if user is None else user.strip(),
            sudo=not (sudo is None or is_null(sudo) or _is_false(sudo)),
        )

    def timeout(self, node: Node | None, path: Path) -> int | None:
        if node is None or is_null(node):
            return None
        seconds = _ruby_integer(node) if isinstance(node, Scalar) else None
        if seconds is not None and seconds > 0:
            return seconds
        self.error("PK711", f"timeout is a number of seconds above 0{_not(node)}", node, path)
        return None

    def permissions(self, node: Node | None, system: str) -> Iterator[Permission]:
        for item, path in self.mappings(node, ("permissions",), "an object"):
            if system == "windows":
                self.error("PK714", "permissions are for Linux only", item, path, "leave them out, or set os: linux")
            given = self.keys(item, _PERMISSION_KEYS, path)
            pattern, owner, group = (self.text(given.get(key), (*path, key)) for key in ("pattern", "owner", "group"))
            yield Permission(
                object=self.object(given.get("object"), item, path),
                pattern="**" if pattern is None else pattern,
                exclude=self.texts(given.get("except"), (*path, "except")),
                owner=owner,
                group=group,
                mode=self.mode(given.get("mode"), (*path, "mode")),
                acls=tuple(self.acls(given.get("acls"), (*path, "acls"))),
                context=self.context(given.get("context"), (*path, "context")),
                type=tuple(self.types(given.get("type"), (*path, "type"))),
            )

    def object(self, node: Node | None, item: Entries, path: Path) -> str:
        name = self.text(node, (*path, "object"))
        if node is None or is_null(node) or (name is not None and not name.strip()):
            self.error("PK715", "has no object", node or item, path, "object names the file or directory")
        return (name or "").strip()

    def mode(self, node: Node | None, path: Path) -> str | None:
        """Read a mode as the agent gets it from YAML, which takes unquoted digits with a leading zero for octal."""
        if node is None or is_null(node):
            return None
        if not isinstance(node, Scalar):
            self.wrong(node, "one to four octal digits", path)
            return None
        mode = node.text if node.quoted or node.tag != "int" else str(_yaml_integer(node.text))
        changed = mode.rjust(3, "0") != node.text.rjust(3, "0")
        trap = f"YAML takes the unquoted {node.text} for the number {mode}"
        hint = f'{_QUOTE}: mode: "{node.text}"' if changed else ""
        try:
            normal_mode(mode)
        except ValueError as error:
            self.error("PK716", f"{trap}; {error}" if changed else str(error), node, path, hint)
            return None
        if changed:
            self.warning("PK716", f"{trap}, and that is the mode that is set", node, path, hint)
        return mode

    def acls(self, node: Node | None, path: Path) -> Iterator[str]:
        for entry, item in self.each_text(node, path):
            problem = acl_problem(entry)
            if problem is not None:
                self.error("PK717", f"the ACL entry {entry!r} {problem}", item, path)
            yield entry

    def types(self, node: Node | None, path: Path) -> Iterator[str]:
        for entry, item in self.each_text(node, path):
            if entry not in PERMISSION_TYPES:
                self.error("PK715", f"a type is file or directory, not {entry!r}", item, path)
            yield entry

    def context(self, node: Node | None, path: Path) -> dict[str, str]:
        if node is None or is_null(node):
            return {}
        if not isinstance(node, Entries):
            self.wrong(node, "a mapping with type, range and name", path)
            return {}
        given = self.keys(node, _CONTEXT_KEYS, path)
        texts = {key: self.text(given.get(key), (*path, key)) for key in _CONTEXT_KEYS}
        context = {key: text for key, text in texts.items() if text is not None}
        problem = context_problem(context)
        if problem is not None:
            self.error("PK717", f"the SELinux context {problem}", node, path)
        elif "range" not in context:
            self.warning("PK717", "agent 1.8.1 fails at Install on a context without a range", node, path)
        return context

    def mappings(self, node: Node | None, path: Path, holds: str) -> Iterator[tuple[Entries, Path]]:
        """Yield the mappings of a list, each with its path."""
        for item, at in self.items(node, path, f"a list of mappings, each with {holds}"):
            if isinstance(item, Entries):
                yield item, at
            else:
                self.wrong(item, f"a mapping with {holds}", at)


def _is_false(node: Node) -> bool:
    return isinstance(node, Scalar) and node.tag == "bool" and node.text.lower() in NO


def _not(node: Node) -> str:
    """Say what stands there instead."""
    match node:
        case Scalar(text, tag, quoted):
            shown = f'"{text}"' if quoted else text
            return "" if tag == "null" else f", not {shown}"
        case Items():
            return ", not a list"
        case Entries():
            return ", not a mapping"


def _instead(key: str, known: Collection[str], path: Path) -> str:
    """Say what may have been meant by an unknown key."""
    if key in ("overwrite", "file_exists_behavior") and path[:1] == ("files",):
        return "write file_exists_behavior: OVERWRITE beside files, once for all of them"
    if key in _KEYS and path:
        return f"{key} stands at the top level"
    if key == "user" and path[-1:] == ("context",):
        return "agent 1.8.1 reads the user from name"
    return did_you_mean(key, known)


def _other_platform(root: Entries) -> str | None:
    """Tell the platform of an AppSpec that is not for servers: it has Resources and no os."""
    resources = root.get("Resources") or root.get("resources")
    if resources is None or root.get("os") is not None:
        return None
    kinds = {node.text for node in _all_nodes(resources) if isinstance(node, Scalar)}
    if "AWS::Lambda::Function" in kinds:
        return "AWS Lambda"
    return "Amazon ECS" if "AWS::ECS::Service" in kinds else "AWS Lambda or Amazon ECS"


def _all_nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, keys included, in the order written."""
    yield node
    if isinstance(node, Items):
        for item in node.items:
            yield from _all_nodes(item)
    elif isinstance(node, Entries):
        for key, value in node.entries:
            yield key
            yield from _all_nodes(value)


def _aliases(root: Node) -> Iterator[Node]:
    """Yield the values that an alias repeats: their places lie before the place where the document has come to."""
    reached = (0, 0)
    parent: Node | None = None
    for node in _all_nodes(root):
        at = (node.place.line, node.place.column)
        first_inside = isinstance(parent, Entries | Items) and (parent.place.line, parent.place.column) == at
        if at < reached or (at == reached and not first_inside):
            yield node
        reached, parent = max(reached, at), node


def _yaml_integer(text: str) -> int:
    """Read an integer as YAML 1.1 does: 0b, 0x, a leading zero for octal, colons for base 60."""
    digits = text.replace("_", "").lstrip("+-")
    sign = -1 if text.startswith("-") else 1
    if ":" in digits:
        value = 0
        for part in digits.split(":"):
            value = value * 60 + int(part)
        return sign * value
    if digits.startswith(("0b", "0x")):
        return sign * int(digits, 0)
    return sign * int(digits, 8 if digits.startswith("0") else 10)


def _ruby_integer(node: Scalar) -> int | None:
    """Give what the agent's ``to_i`` makes of a value: text counts as far as it is digits; None where that fails."""
    if node.quoted or node.tag == "str":
        match = re.match(r"\s*([+-]?[0-9]+(?:_[0-9]+)*)", node.text)
        return int(match[1]) if match else 0
    try:
        return _yaml_integer(node.text) if node.tag == "int" else int(float(node.text.replace("_", "")))
    except (ValueError, OverflowError):
        return None
