"""Artifacts on disk: one pack per artifact, with a manifest, verified on the way out.

A pack is one file: the contents one after the other, then the manifest as JSON, then its length. Writing 5,000 small
files as one costs little more than copying them; each file's SHA-256 is checked when it is taken out again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError

_MAGIC = b"pipelinekit pack 1\n"
_TRAILER = 16
_CHUNK = 1 << 20


class DamagedArtifact(PipelineKitError):
    """A pack does not hold what its manifest says."""


class Entry(NamedTuple):  # not attrs: 5,000 of these are made at a time, and a tuple is made five times as fast
    """One file or symbolic link of an artifact. ``path`` is relative, with ``/``; ``mode`` are permission bits."""

    path: str
    mode: int
    size: int = 0
    offset: int = 0
    sha256: str = ""
    link: str | None = None


@frozen(kw_only=True)
class Packed:
    """What was packed: the number of files, their size in bytes, and the SHA-256 of all names, modes and contents."""

    files: int
    size: int
    sha256: str


def walk(directory: str | Path) -> Iterator[str]:
    """Yield the path of every file and symbolic link below a directory, relative to it, in order of name."""
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            for inside in walk(entry.path):
                yield f"{entry.name}/{inside}"
        else:
            yield entry.name


def pack(directory: str | Path, to: str | Path, files: Iterable[str] | None = None) -> Packed:
    """Pack the files of a directory (all, or those named relative to it) into the file *to*, whole or not at all."""
    names = sorted(walk(directory) if files is None else files)
    place = Path(to)
    place.parent.mkdir(parents=True, exist_ok=True)
    making = place.with_name(f"{place.name}.{os.getpid()}.part")
    try:
        with open(making, "wb", buffering=_CHUNK) as out:
            packed = _write_pack(os.fspath(directory), names, out)
        os.replace(making, place)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    return packed


def _write_pack(root: str, names: list[str], out: IO[bytes]) -> Packed:
    write = out.write
    write(_MAGIC)
    entries, offset, total = [], len(_MAGIC), 0
    for name in names:
        entry = _copy_in(f"{root}/{name}", name, offset, write)
        if entry is not None:
            entries.append(entry)
            offset += entry.size
            total += entry.size
    manifest = json.dumps(entries, separators=(",", ":")).encode()
    write(manifest)
    write(f"{len(manifest):0{_TRAILER}d}".encode())
    known = json.dumps([[e.path, e.mode, e.sha256, e.link] for e in entries], separators=(",", ":"))
    return Packed(files=len(entries), size=total, sha256=hashlib.sha256(known.encode()).hexdigest())


_LOOKING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
"""Opening tells a link from a file with one call less than asking first, and waits for nobody at a named pipe."""


def _copy_in(path: str, name: str, offset: int, write: Callable[[bytes], object]) -> Entry | None:
    """Pack a file or a link; sockets, pipes and devices are no files of an artifact."""
    try:
        descriptor = os.open(path, _LOOKING)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Entry(path=name, mode=0o777, link=os.readlink(path))
        if error.errno == errno.ENXIO:
            return None
        raise
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            return None
        whole = info.st_size
        data = os.read(descriptor, min(_CHUNK, whole))
        digest, size = hashlib.sha256(data), len(data)
        write(data)
        while size < whole and (data := os.read(descriptor, min(_CHUNK, whole - size))):
            digest.update(data)
            size += len(data)
            write(data)
    finally:
        os.close(descriptor)
    return Entry(name, info.st_mode & 0o777, size, offset, digest.hexdigest())


def entries(place: str | Path) -> list[Entry]:
    """Read the manifest of a pack.

    Raises:
        DamagedArtifact: when it is not a whole pack.
    """
    with open(place, "rb") as file:
        return _entries(file.fileno(), place)


def _entries(descriptor: int, place: str | Path) -> list[Entry]:
    size = os.fstat(descriptor).st_size
    try:
        if os.pread(descriptor, len(_MAGIC), 0) != _MAGIC:
            raise ValueError
        length = int(os.pread(descriptor, _TRAILER, size - _TRAILER))
        rows = json.loads(os.pread(descriptor, length, size - _TRAILER - length).decode())
        return [Entry(p, m, s, o, h, t) for p, m, s, o, h, t in rows]
    except (ValueError, OSError):
        raise DamagedArtifact(f"{place}: is not a whole artifact; run the action that makes it again") from None


def unpack(place: str | Path, directory: str | Path) -> None:
    """Write the files of a pack into a directory, each checked against its SHA-256; nothing is shared with the pack.

    Raises:
        DamagedArtifact: when a file is not what it was, or would land outside the directory.
    """
    root = os.fspath(directory)
    make_directory(root)
    made: set[str] = {""}
    links: set[str] = set()
    kept: set[int] = set()
    descriptor = os.open(place, os.O_RDONLY)
    try:
        for entry in _entries(descriptor, place):
            parent = entry.path.rpartition("/")[0]
            if entry.path.startswith("/") or (
                parent not in made and (".." in parent.split("/") or links.intersection(_ancestors(parent)))
            ):
                raise DamagedArtifact(f"{place}: {entry.path!r} would land outside the directory")
            if parent not in made:
                make_directory(f"{root}/{parent}")
                made.add(parent)
            target = f"{root}/{entry.path}"
            if entry.link is not None:
                links.add(entry.path)
                os.symlink(entry.link, target)
            else:
                _copy_out(descriptor, entry, target, place, kept)
    finally:
        os.close(descriptor)


def make_directory(path: str) -> None:
    """Make a directory where it is not there; nearly always only the last part of its path is wanting."""
    try:
        os.mkdir(path)
    except OSError:
        os.makedirs(path, exist_ok=True)


def _ancestors(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _copy_out(descriptor: int, entry: Entry, target: str, place: str | Path, kept: set[int]) -> None:
    """Write one file. *kept* collects the modes that the system gives as they are asked for, whatever the umask.

    Only the first file of a mode is looked at, and only where bits are masked each file is given them after all.
    """
    mode = entry.mode
    out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        for data in _contents(descriptor, entry, place):
            while data:
                data = data[os.write(out, data) :]
        if mode not in kept:
            if os.fstat(out).st_mode & 0o777 == mode:
                kept.add(mode)
            else:
                os.fchmod(out, mode)
    finally:
        os.close(out)


def _contents(descriptor: int, entry: Entry, place: str | Path) -> Iterator[bytes]:
    """Yield what a file holds, piece by piece; whether it is what was packed is known after the last one."""
    at, end = entry.offset, entry.offset + entry.size
    data = os.pread(descriptor, min(_CHUNK, entry.size), at)
    digest = hashlib.sha256(data)
    yield data
    while data and (at := at + len(data)) < end and (data := os.pread(descriptor, min(_CHUNK, end - at), at)):
        digest.update(data)
        yield data
    if digest.hexdigest() != entry.sha256:
        raise DamagedArtifact(f"{place}: {entry.path!r} is not what was packed; run the action that makes it again")


def read(place: str | Path) -> Iterator[tuple[Entry, Iterator[bytes]]]:
    """Yield what is in a pack in its order, each file with its contents, to be taken before the next one.

    Raises:
        DamagedArtifact: when a file is not what it was.
    """
    with open(place, "rb") as file:
        for entry in _entries(file.fileno(), place):
            yield entry, iter(()) if entry.link is not None else _contents(file.fileno(), entry, place)
