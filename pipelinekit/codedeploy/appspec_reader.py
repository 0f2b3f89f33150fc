"""Reading AppSpecs for servers as agent 1.8.1 does: strict where it refuses, with a word about what it ignores."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Hook, Permission
from pipelinekit.codedeploy.lifecycle import EVENTS, RESERVED
from pipelinekit.codedeploy.permissions import acl_problem, context_problem, normal_mode
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place, Report, Severity, finding
from pipelinekit.documents import Entries, Items, Node, Scalar, read
from pipelinekit.values import FrozenMap


def examine_appspec(text: str, file: str) -> tuple[AppSpec | None, Report]:
    """Read an AppSpec and give every finding; there is no AppSpec where an error is among them.

    The warnings are about what the agent accepts in silence: ``PK712`` and ``PK713`` hooks that never run,
    ``PK716`` a mode that YAML takes for another, ``PK717`` a context it misreads, ``PK740`` keys it ignores,
    ``PK741`` keys that stand twice.
    """
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        return None, Report([finding("PK701", "the AppSpec is empty", Location((), Place(file, 1, 1)), _AT_LEAST)])
    try:
        root = read(text, file)
    except InvalidDocument as error:
        return None, Report(error.diagnostics)
    reader = _Reader()
    appspec = reader.appspec(root)
    report = Report(sorted(reader.findings, key=_in_order_of_the_source))
    return appspec if report.ok else None, report


_AT_LEAST = "it has at least the keys version (0.0) and os (linux or windows)"
_BEHAVIORS = ("DISALLOW", "OVERWRITE", "RETAIN")
_KEYS = ("version", "os", "files", "file_exists_behavior", "permissions", "hooks")
_FILE_KEYS = ("source", "destination")
_HOOK_KEYS = ("location", "timeout", "runas", "sudo")
_PERMISSION_KEYS = ("object", "pattern", "except", "owner", "group", "mode", "acls", "context", "type")
_CONTEXT_KEYS = ("name", "type", "range")
_QUOTE = "write it in quotes"


def _in_order_of_the_source(diagnostic: Diagnostic) -> tuple[int, int]:
    place = diagnostic.where.place
    return (place.line, place.column) if place is not None else (0, 0)


Path = tuple[str, ...]


class _Reader:
    """Reads the parts of one AppSpec and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []

    def error(self, code: str, message: str, node: Node, path: Path = (), hint: str = "") -> None:
        self.findings.append(finding(code, message, Location(path, node.place), hint))

    def warning(self, code: str, message: str, node: Node, path: Path = (), hint: str = "") -> None:
        self.findings.append(finding(code, message, Location(path, node.place), hint, severity=Severity.WARNING))

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
        self.look_at_keys(root, _KEYS, ())
        self.version(root)
        system = self.os(root)
        return AppSpec(
            os=system,
            files=tuple(self.files(root.get("files"))),
            file_exists_behavior=self.file_exists_behavior(root.get("file_exists_behavior")),
            permissions=tuple(self.permissions(root.get("permissions"), system)),
            hooks=FrozenMap(self.hooks(root.get("hooks"))),
            where=root.place,
        )

    def look_at_keys(self, entries: Entries, known: Iterable[str], path: Path) -> None:
        """Warn of keys that are ignored: those nobody knows, and all but the last of those that stand twice."""
        seen: set[str] = set()
        for key, _ in entries.entries:
            if key.text in seen:
                self.warning("PK741", f"the key {key.text} stands twice; only the last one counts", key, path)
            elif key.text not in known:
                self.warning(
                    "PK740", f"the agent ignores the unknown key {key.text}", key, path, _instead(key.text, known, path)
                )
            seen.add(key.text)

    def version(self, root: Entries) -> None:
        node = root.get("version")
        if node is None:
            self.error("PK702", "has no version", root, hint="add the line version: 0.0")
        elif not (isinstance(node, Scalar) and node.tag in ("int", "float") and not set(node.text) - set("+-0._")):
            hint = f"write version: 0.0{', without quotes' if isinstance(node, Scalar) and node.quoted else ''}"
            self.error("PK702", f"the version is 0.0 and nothing else{_not(node)}", node, ("version",), hint)

    def os(self, root: Entries) -> str:
        node = root.get("os")
        if node is None:
            self.error("PK703", "has no os", root, hint="add the line os: linux (or windows)")
        elif not (isinstance(node, Scalar) and node.text in ("linux", "windows")):
            self.error("PK703", f"os is linux or windows, in lower case{_not(node)}", node, ("os",))
        else:
            return node.text
        return "linux"

    def file_exists_behavior(self, node: Node | None) -> str | None:
        if node is None or _is_null(node):
            return None
        if isinstance(node, Scalar) and node.text in _BEHAVIORS:
            return node.text
        one_of = "file_exists_behavior is DISALLOW, OVERWRITE or RETAIN, in upper case"
        self.error("PK704", one_of + _not(node), node, ("file_exists_behavior",))
        return None

    def files(self, node: Node | None) -> Iterator[FileMapping]:
        for path, item in self.items(node, ("files",), "PK705", "source and destination"):
            self.look_at_keys(item, _FILE_KEYS, path)
            source, destination = item.get("source"), item.get("destination")
            for key, value in (("source", source), ("destination", destination)):
                if value is None or _is_null(value):
                    self.error("PK705", f"has no {key}", item if value is None else value, path)
            if source is not None and destination is not None:
                yield FileMapping(
                    source=self.text(source, (*path, "source"), "PK705"),
                    destination=self.text(destination, (*path, "destination"), "PK705"),
                )

    def hooks(self, node: Node | None) -> Iterator[tuple[str, tuple[Hook, ...]]]:
        if node is None or _is_null(node):
            return
        if not isinstance(node, Entries):
            self.error("PK708", "hooks is a mapping of lifecycle events to lists of scripts", node, ("hooks",))
            return
        for key, _ in node.entries:
            self.look_at_event(key)
        self.look_at_keys(node, {key.text for key, _ in node.entries}, ("hooks",))
        for event in dict.fromkeys(key.text for key, _ in node.entries):
            scripts = node.get(event)
            if scripts is not None and not _is_null(scripts):
                several = self.items(scripts, ("hooks", event), "PK708", "a location")
                yield event, tuple(hook for path, item in several for hook in self.hook(item, path))

    def look_at_event(self, key: Scalar) -> None:
        if key.text in RESERVED:
            self.warning("PK713", f"{key.text} is the agent's own event: its scripts never run", key, ("hooks",))
        elif key.text not in EVENTS:
            close = difflib.get_close_matches(key.text, EVENTS, n=1)
            hint = f"did you mean {close[0]}?" if close else ""
            self.warning("PK712", f"{key.text} is no lifecycle event of servers: Install fails", key, ("hooks",), hint)

    def hook(self, item: Entries, path: Path) -> Iterator[Hook]:
        self.look_at_keys(item, _HOOK_KEYS, path)
        location, timeout, runas, sudo = map(item.get, _HOOK_KEYS)
        if location is None or _is_null(location):
            self.error("PK708", "the script has no location", item if location is None else location, path)
            return
        script = self.text(location, (*path, "location"), "PK708").strip()
        if not script:
            self.error("PK708", "the script has no location", location, path)
        yield Hook(
            script,
            timeout=self.timeout(timeout, (*path, "timeout")),
            runas=None if runas is None or _is_null(runas) else self.text(runas, (*path, "runas"), "PK708").strip(),
            sudo=not (sudo is None or _is_null(sudo) or _is_false(sudo)),
        )

    def timeout(self, node: Node | None, path: Path) -> int | None:
        if node is None or _is_null(node):
            return None
        seconds = _ruby_integer(node) if isinstance(node, Scalar) else None
        if seconds is not None and seconds > 0:
            return seconds
        self.error("PK711", f"timeout is a number of seconds above 0{_not(node)}", node, path)
        return None

    def permissions(self, node: Node | None, system: str) -> Iterator[Permission]:
        for path, item in self.items(node, ("permissions",), "PK715", "an object"):
            if system == "windows":
                self.error("PK714", "permissions are for Linux only", item, path, "leave them out, or set os: linux")
            self.look_at_keys(item, _PERMISSION_KEYS, path)
            target = item.get("object")
            name = "" if target is None or _is_null(target) else self.text(target, (*path, "object"), "PK715").strip()
            if not name:
                self.error("PK715", "has no object", target or item, path, "object names the file or directory")
            pattern = self.optional_text(item, "pattern", path)
            yield Permission(
                object=name,
                pattern="**" if pattern is None else pattern,
                exclude=tuple(glob for glob, _ in self.scalars(item.get("except"), (*path, "except"), "PK715")),
                owner=self.optional_text(item, "owner", path),
                group=self.optional_text(item, "group", path),
                mode=self.mode(item.get("mode"), (*path, "mode")),
                acls=tuple(self.acls(item.get("acls"), (*path, "acls"))),
                context=self.context(item.get("context"), (*path, "context")),
                type=tuple(self.types(item.get("type"), (*path, "type"))),
            )

    def mode(self, node: Node | None, path: Path) -> str | None:
        """Read a mode as the agent gets it from YAML, which takes unquoted digits with a leading zero for octal."""
        if node is None or _is_null(node):
            return None
        if not isinstance(node, Scalar):
            self.error("PK716", f"a mode is one to four octal digits{_not(node)}", node, path)
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
        for entry, item in self.scalars(node, path, "PK717"):
            problem = acl_problem(entry)
            if problem is not None:
                self.error("PK717", f"the ACL entry {entry!r} {problem}", item, path)
            yield entry

    def types(self, node: Node | None, path: Path) -> Iterator[str]:
        for entry, item in self.scalars(node, path, "PK715"):
            if entry not in ("file", "directory"):
                self.error("PK715", f"a type is file or directory, not {entry!r}", item, path)
            yield entry

    def context(self, node: Node | None, path: Path) -> dict[str, str]:
        if node is None or _is_null(node):
            return {}
        if not isinstance(node, Entries):
            self.error("PK717", f"context is a mapping with type, range and name{_not(node)}", node, path)
            return {}
        self.look_at_keys(node, _CONTEXT_KEYS, path)
        context = {
            key: self.text(value, (*path, key), "PK717")
            for key, value in ((key, node.get(key)) for key in _CONTEXT_KEYS)
            if value is not None and not _is_null(value)
        }
        problem = context_problem(context)
        if problem is not None:
            self.error("PK717", f"the SELinux context {problem}", node, path)
        elif "range" not in context:
            self.warning("PK717", "agent 1.8.1 fails at Install on a context without a range", node, path)
        return context

    def items(self, node: Node | None, path: Path, code: str, holds: str) -> Iterator[tuple[Path, Entries]]:
        """Yield the mappings of a list, each with its path."""
        if node is None or _is_null(node):
            return
        if not isinstance(node, Items):
            self.error(code, f"this is a list of mappings, each with {holds}{_not(node)}", node, path)
            return
        for number, item in enumerate(node.items):
            if isinstance(item, Entries):
                yield (*path, str(number)), item
            else:
                self.error(code, f"this is a mapping with {holds}{_not(item)}", item, (*path, str(number)))

    def scalars(self, node: Node | None, path: Path, code: str) -> Iterator[tuple[str, Node]]:
        """Yield the texts of a list."""
        if node is None or _is_null(node):
            return
        if not isinstance(node, Items):
            hint = f"write [{node.text}]" if isinstance(node, Scalar) else ""
            self.error(code, f"{path[-1]} is a list of texts{_not(node)}", node, path, hint)
            return
        for item in node.items:
            yield self.text(item, path, code), item

    def optional_text(self, entries: Entries, key: str, path: Path) -> str | None:
        node = entries.get(key)
        return None if node is None or _is_null(node) else self.text(node, (*path, key), "PK715")

    def text(self, node: Node, path: Path, code: str) -> str:
        if isinstance(node, Scalar):
            return node.text
        self.error(code, f"{path[-1]} is text{_not(node)}", node, path)
        return ""


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.tag == "null"


def _is_false(node: Node) -> bool:
    return isinstance(node, Scalar) and node.tag == "bool" and node.text.lower() in ("false", "no", "off", "n")


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


def _instead(key: str, known: Iterable[str], path: Path) -> str:
    """Say what may have been meant by an unknown key."""
    if key in ("overwrite", "file_exists_behavior") and path[:1] == ("files",):
        return "write file_exists_behavior: OVERWRITE beside files, once for all of them"
    if key in _KEYS and path:
        return f"{key} stands at the top level"
    if key == "user" and path[-1:] == ("context",):
        return "agent 1.8.1 reads the user from name"
    close = difflib.get_close_matches(key, sorted(known), n=1)
    return f"did you mean {close[0]}?" if close else ""


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
