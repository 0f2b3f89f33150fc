"""Zip files, the form in which AWS keeps artifacts: made where one is asked for, and taken apart without trust.

Inside, an artifact is a pack (`artifacts`). A zip is needed where something meets S3: a Lambda function that reads an
artifact, a deployment of a whole artifact as one object, a source that is a zip.
"""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local import artifacts

MOST_FILES = 100_000
"""Files in one zip (User Guide, limits: files in one S3 object)."""

MOST_BYTES = 7 << 30
"""Bytes that come out of one zip; AWS takes a source artifact in S3 of up to 7 GB, zipped."""

_CHUNK = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ENCRYPTED = 0x1


class BadZip(PipelineKitError):
    """A zip is damaged, too large, or would write where it must not."""


def zip_pack(pack: str | Path, to: str | Path) -> None:
    """Write the files of an artifact as a zip, whole or not at all; equal artifacts give equal bytes.

    Raises:
        DamagedArtifact: when a file of the pack is not what it was.
    """
    place = Path(to)
    place.parent.mkdir(parents=True, exist_ok=True)
    making = place.with_name(f"{place.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(making, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, contents in artifacts.read(pack):
                _add(archive, entry, contents)
        os.replace(making, place)
    except BaseException:
        making.unlink(missing_ok=True)
        raise


def _add(archive: zipfile.ZipFile, entry: artifacts.Entry, contents: Iterator[bytes]) -> None:
    info = zipfile.ZipInfo(entry.path, _DATE)
    info.create_system = _UNIX
    info.compress_type = zipfile.ZIP_DEFLATED
    kind = stat.S_IFREG if entry.link is None else stat.S_IFLNK
    info.external_attr = (kind | entry.mode) << 16
    if entry.link is not None:
        archive.writestr(info, os.fsencode(entry.link))
        return
    info.file_size = entry.size
    with archive.open(info, "w") as out:
        for data in contents:
            out.write(data)


def unzip(
    place: str | Path, directory: str | Path, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES
) -> None:
    """Write the files of a zip into a directory, which is made. Nothing lands outside of it, also through a link.

    Files get the mode they were zipped with where one is given, without set-id bits. A symbolic link is made when it
    stays in the directory.

    Raises:
        BadZip: it is no zip, is encrypted, damaged or too large, or a name in it leads elsewhere.
    """
    root = os.path.realpath(directory)
    os.makedirs(root, exist_ok=True)
    try:
        with zipfile.ZipFile(place) as archive:
            infos = archive.infolist()
            _refuse_too_much(place, infos, most_files, most_bytes)
            paths = [_path_in(place, info) for info in infos]
            for info, path in zip(infos, paths, strict=True):
                if not _is_link(info):
                    _extract(archive, info, os.path.join(root, path), place)
            links = [path for info, path in zip(infos, paths, strict=True) if _is_link(info)]
            for info, path in zip(infos, paths, strict=True):  # last, so that nothing is written through one
                if _is_link(info):
                    _link(os.fsdecode(archive.read(info)), root, path, place)
            for path in links:  # one may have changed where another leads to
                _refuse_escape(root, path, place)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BadZip(f"{place}: is no zip that can be read: {str(error) or 'it is damaged'}") from None


def is_zip(place: str | Path) -> bool:
    """Whether a file is a zip."""
    return zipfile.is_zipfile(place)


def _refuse_too_much(place: str | Path, infos: list[zipfile.ZipInfo], most_files: int, most_bytes: int) -> None:
    size = sum(info.file_size for info in infos)
    if len(infos) > most_files:
        raise BadZip(f"{place}: holds {len(infos):,} files; CodePipeline takes {most_files:,} at most")
    if size > most_bytes:
        raise BadZip(f"{place}: would unpack to {size:,} bytes; {most_bytes:,} is the most that is taken")
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise BadZip(f"{place}: is encrypted; zip it without a password")


def _path_in(place: str | Path, info: zipfile.ZipInfo) -> str:
    """Give where an entry lies in the directory."""
    parts = [part for part in info.filename.split("/") if part not in ("", ".")]
    if info.filename.startswith("/") or ".." in parts or "\0" in info.filename or not (parts or info.is_dir()):
        raise BadZip(f"{place}: {info.filename!r} would land outside the directory")
    return "/".join(parts)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16)


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: str, place: str | Path) -> None:
    try:
        if info.is_dir():
            os.makedirs(target, exist_ok=True)
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(info) as read, open(target, "wb") as out:
            shutil.copyfileobj(read, out, _CHUNK)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise BadZip(f"{place}: {info.filename!r} is a file and a directory at once") from None
    if info.create_system == _UNIX and (mode := (info.external_attr >> 16) & 0o777):
        os.chmod(target, mode | 0o600)


def _link(to: str, root: str, path: str, place: str | Path) -> None:
    where = os.path.join(root, path)
    _refuse_escape(root, os.path.dirname(path), place)
    if os.path.lexists(where):
        raise BadZip(f"{place}: {path!r} is a link and something else at once")
    os.makedirs(os.path.dirname(where), exist_ok=True)
    os.symlink(to, where)
    _refuse_escape(root, path, place)


def _refuse_escape(root: str, path: str, place: str | Path) -> None:
    where = os.path.join(root, path)
    if not is_below(os.path.realpath(where), root):
        if os.path.islink(where):
            os.unlink(where)
        raise BadZip(f"{place}: {path!r} is a link that leads out of the directory")


def is_below(path: str, directory: str) -> bool:
    """Whether a real path is that of a directory, or lies in it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")
