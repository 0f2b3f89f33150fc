"""What the entries of ``permissions`` mean to agent 1.8.1: modes, patterns, ACL entries, SELinux contexts."""

from __future__ import annotations

import re
from collections.abc import Mapping


def normal_mode(mode: str) -> str:
    """Give a mode as it is applied: its text, filled up with zeros to three digits (``7`` is ``007``).

    Raises:
        ValueError: it is longer than four characters, or one of them is not an octal digit.
    """
    padded = mode.rjust(3, "0")
    if len(padded) > 4:
        raise ValueError(f"a mode has one to four digits, not {len(padded)} ({mode})")
    for character in padded:
        if character not in "01234567":
            raise ValueError(f"a mode is made of octal digits, and {character!r} is none ({mode})")
    return padded


def matches_glob(pattern: str, name: str) -> bool:
    """Tell whether a name directly below an object matches a glob, in which only ``*`` is special.

    A name with ``/`` in it lies deeper and never matches.
    """
    if "/" in name:
        return False
    first, *others = pattern.split("*")
    if not others:
        return name == pattern
    if not name.startswith(first):
        return False
    at = len(first)
    for part in others[:-1]:
        found = name.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(name) - at >= len(others[-1]) and name.endswith(others[-1])


_KINDS = {"u": "user", "user": "user", "g": "group", "group": "group", "m": "mask", "mask": "mask"}
_KINDS |= {"o": "other", "other": "other"}
_DEFAULT = ("d", "default")


def is_default_acl(entry: str) -> bool:
    """Tell whether an ACL entry is a default entry, which only directories can have."""
    parts = entry.split(":")
    return parts[0] in _DEFAULT and len(parts) in (3, 4)


def acl_problem(entry: str) -> str | None:
    """Tell what the agent holds against an ACL entry, ``[d:][u|g|m|o:]name:perms``; None when nothing."""
    parts = entry.split(":")
    if not 2 <= len(parts) <= 4:
        return "has the form [d:][u|g|m|o:]name:perms"
    *before, name, perms = parts
    default = is_default_acl(entry)
    if len(parts) == 4 and not default:
        return "may begin only with d or default when it has four parts"
    kinds = before[1:] if default else before
    if any(kind not in _KINDS for kind in kinds):
        return f"speaks of {kinds[0]!r}, which is none of u, g, m and o"
    kind, name = _kind_and_name(kinds, name)
    if kind in ("mask", "other") and name:
        return f"gives a name to {kind}, which has none"
    if not name and kind != "mask" and not default:
        return "is a base entry: mode sets those"
    if not re.fullmatch(r"[0-7]|[rwx-]*", perms):
        return f"has the permissions {perms!r}: they are of the letters rwx- or one octal digit"
    return None


def _kind_and_name(kinds: list[str], name: str) -> tuple[str, str]:
    if kinds:
        return _KINDS[kinds[0]], name
    if name in ("m", "mask", "o", "other"):
        return _KINDS[name], ""
    return "user", name


def context_problem(context: Mapping[str, str]) -> str | None:
    """Tell what the agent holds against an SELinux context; None when nothing."""
    if "type" not in context:
        return "has no type"
    level = context.get("range")
    return None if level is None or _is_range(level) else f"has the range {level!r}: it reads s0[-s1][:c0[.c1][,c2]]"


def _is_range(level: str) -> bool:
    match = re.fullmatch(r"s(\d+)(?:-s(\d+))?(?::(c\d+(?:\.c\d+)?(?:,c\d+(?:\.c\d+)?)*))?", level, re.ASCII)
    if match is None or (match[2] is not None and int(match[2]) < int(match[1])):
        return False
    seen: set[int] = set()
    for part in match[3].split(",") if match[3] else ():
        low, _, high = part.replace("c", "").partition(".")
        if int(high or low) > 1023 or int(high or low) < int(low):
            return False
        categories = range(int(low), int(high or low) + 1)
        if not seen.isdisjoint(categories):
            return False
        seen.update(categories)
    return True
