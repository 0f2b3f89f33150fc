"""A directory that stands for a server: every path of the server, however it is written, lies below it.

Scripts are processes of this machine like any other and see the whole of it; what is confined here is what the
deployment itself does to files.
"""

from __future__ import annotations

import errno
import grp
import os
import posixpath
import pwd
import shutil
from collections import deque
from collections.abc import Callable
from typing import assert_never

from pipelinekit.codedeploy.install import (
    ChangeAcl,
    ChangeContext,
    ChangeMode,
    ChangeOwner,
    CopyFile,
    Instruction,
    MakeDirectory,
    MakeLink,
)
from pipelinekit.codedeploy.listing import Kind
from pipelinekit.diagnostics import PipelineKitError

_MOST_LINKS = 40
"""Links that are followed in one path, as on Linux."""


class HostEscape(PipelineKitError):
    """A symbolic link leads out of the host's directory."""


class HostRoot:
    """The directory of a host."""

    def __init__(self, directory: str) -> None:
        self.directory = os.path.realpath(directory)

    def place(self, path: str, *, follow: bool = True) -> str:
        """Tell where a path of the host lies on this machine.

        ``..`` stops at the host's root, and links are followed as the host would: an absolute one begins there too,
        unless it names a place in the host's directory in full, as scripts make them. Without *follow*, a link at the
        very end is itself meant.

        Raises:
            HostEscape: a link leads out of the directory, and nothing is there when it is taken from the host's root.
            OSError: links go round in a circle.
        """
        return self._walk(path, follow, _MOST_LINKS)[0]

    def _walk(self, path: str, follow: bool, links: int) -> tuple[str, int]:
        """Give the place, and how many links may still be followed."""
        waiting = deque(part for part in path.split("/") if part not in ("", "."))
        place = self.directory
        while waiting:
            part = waiting.popleft()
            if part == "..":
                place = place if place == self.directory else os.path.dirname(place)
                continue
            step = os.path.join(place, part)
            target = _link_at(step) if follow or waiting else None
            if target is None:
                place = step
                continue
            if links == 0:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), step)
            place, links = self._follow(step, target, links - 1)
        return place, links

    def _follow(self, link: str, target: str, links: int) -> tuple[str, int]:
        literally = os.path.normpath(os.path.join(os.path.dirname(link), target))
        stays_inside = _is_below(literally, self.directory)
        if stays_inside and target.startswith("/"):
            return self._walk(literally.removeprefix(self.directory), True, links)
        from_root = target if target.startswith("/") else posixpath.join(self.seen(os.path.dirname(link)), target)
        place, links = self._walk(from_root, True, links)
        if not stays_inside and not os.path.lexists(place):
            raise HostEscape(
                f"{self.seen(link)} is a symbolic link to {target}, which leads out of the host's directory "
                f"{self.directory}: point it to a place in it, or make {from_root} there"
            )
        return place, links

    def seen(self, place: str) -> str:
        """Tell how the host sees a place in its directory."""
        return place if self.directory == "/" else place.removeprefix(self.directory) or "/"

    def files(self, revision: str | None = None) -> HostFiles:
        """Look at the host's files, for one piece of work during which nobody else moves its directories."""
        return HostFiles(self, revision)


def _link_at(path: str) -> str | None:
    try:
        return os.readlink(path)
    except OSError:
        return None


def _is_below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


class HostFiles:
    """The files of a host, as `plan_install` looks at them and as its plan changes them.

    In the *revision* that is installed, a link that leads out of the host is a link like any other that dangles: it is
    made again on the host, and nothing goes through it.
    """

    def __init__(self, root: HostRoot, revision: str | None = None) -> None:
        self._root = root
        self._revision = revision
        self._directories: dict[str, str] = {}

    def place(self, path: str, *, follow: bool = True) -> str:
        """Tell where a path of the host lies on this machine; the directory above it is remembered."""
        if ".." in path.split("/"):
            return self._root.place(path, follow=follow)
        directory, name = posixpath.split(path.rstrip("/"))
        if directory not in self._directories:
            self._directories[directory] = self._root.place(directory)
        place = os.path.join(self._directories[directory], name)
        return self._root.place(path) if follow and os.path.islink(place) else place

    def kind(self, path: str) -> Kind | None:
        """Tell what a path leads to.

        Raises:
            HostEscape: a link leads out of the host.
        """
        try:
            place = self.place(path)
        except OSError:
            return None  # it leads round in a circle, to nothing
        except HostEscape:
            if self._revision is not None and _is_below(path, self._revision):
                return None
            raise
        if os.path.isdir(place):
            return "directory"
        return "file" if os.path.exists(place) else None

    def link(self, path: str) -> str | None:
        """Give where a symbolic link points."""
        return _link_at(self.place(path, follow=False))

    def names(self, directory: str) -> list[str]:
        """Give the names in a directory."""
        return sorted(os.listdir(self.place(directory)))

    def real(self, path: str) -> str:
        """Give the path with every link followed."""
        return self.place(path)

    def carry_out(self, instruction: Instruction, record: Callable[[str], None]) -> None:
        """Do one thing of an Install plan; *record* is told what the next deployment is to remove.

        A file is recorded before it is copied and a directory after it was made, so that whatever cuts the work off,
        nothing of somebody else's is recorded, and no half file is forgotten.

        Raises:
            OSError: it cannot be done.
            PipelineKitError: a link leads out of the host, or there is no such user or group.
        """
        match instruction:
            case MakeDirectory(directory):
                os.mkdir(self.place(directory, follow=False))
                record(directory)
            case CopyFile(source, destination):
                origin, target = self.place(source), self._target(source, destination)
                record(destination)
                _copy(origin, target, slash=source.endswith("/"))
            case MakeLink(_, points_to, destination):
                target = self.place(destination, follow=False)
                record(destination)
                os.symlink(points_to, target)
                self._directories.clear()
            case ChangeMode(path, mode):
                os.chmod(self.place(path), int(mode, 8))
            case ChangeOwner(path, owner, group):
                os.chown(self.place(path), _user_id(owner), _group_id(group))
            case ChangeAcl(path) | ChangeContext(path):
                raise PipelineKitError(f"{path}: access control lists and SELinux contexts cannot be set here")
            case _:
                assert_never(instruction)

    def _target(self, source: str, destination: str) -> str:
        """Tell where a copy lands: inside, where a directory is in its place."""
        target = self.place(destination)
        return self.place(posixpath.join(destination, posixpath.basename(source))) if os.path.isdir(target) else target

    def remove(self, path: str) -> bool:
        """Remove what an earlier deployment put there, a directory only if it is empty; tell whether it is gone now.

        Raises:
            OSError: it cannot be removed.
            HostEscape: a link leads out of the host.
        """
        place = self.place(path, follow=False)
        try:
            if os.path.isdir(place) and not os.path.islink(place):
                os.rmdir(place)
            else:
                os.unlink(place)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return False
            raise
        return True


def _copy(origin: str, target: str, *, slash: bool) -> None:
    """Copy contents, owner (which takes root), mode and times; with a *slash* at its end a file is none."""
    if slash and os.path.exists(origin):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), origin)
    shutil.copyfile(origin, target)
    if os.geteuid() == 0:
        owner = os.stat(origin)
        os.chown(target, owner.st_uid, owner.st_gid)
    shutil.copystat(origin, target)


def _user_id(name: str | None) -> int:
    try:
        return -1 if name is None else pwd.getpwnam(name).pw_uid
    except KeyError:
        raise PipelineKitError(f"there is no user {name} on this machine") from None


def _group_id(name: str | None) -> int:
    try:
        return -1 if name is None else grp.getgrnam(name).gr_gid
    except KeyError:
        raise PipelineKitError(f"there is no group {name} on this machine") from None
