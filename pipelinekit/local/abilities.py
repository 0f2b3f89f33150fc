"""What of an AppSpec is beyond this machine, or beyond the user that runs this. Nothing of it is skipped in silence."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from collections.abc import Iterator

from pipelinekit.codedeploy.appspec import AppSpec, Hook, Permission


def cannot_be_done_here(appspec: AppSpec) -> Iterator[str]:
    """Say, one sentence each, what cannot be done."""
    if appspec.os != "linux":
        yield f"os: {appspec.os} needs another kind of host"
    for event, hooks in appspec.hooks.items():
        for hook in hooks:
            yield from cannot_be_run_here(event, hook)
    for permission in appspec.permissions:
        yield from _cannot_be_set_here(permission)


def cannot_be_run_here(event: str, hook: Hook) -> Iterator[str]:
    """Say what keeps a script from being run."""
    if hook.runas is not None and not is_me(hook.runas) and not plays_root(hook):
        if os.geteuid() != 0:
            yield f"{event}: {hook.location} runs as {hook.runas}, which cannot be done without root"
        elif shutil.which("su") is None:
            yield f"{event}: {hook.location} runs as {hook.runas}, and there is no su on this machine"
    if hook.sudo and os.geteuid() != 0:
        yield f"{event}: {hook.location} runs with sudo, which cannot be done without root"


def plays_root(hook: Hook) -> bool:
    """Whether the script wants to be root and you are not: then it runs as you, below a directory that is yours."""
    return hook.runas == "root" and os.geteuid() != 0


def _cannot_be_set_here(permission: Permission) -> Iterator[str]:
    if permission.acls:
        yield f"permissions of {permission.object}: access control lists cannot be set on a local host"
    if permission.context:
        yield f"permissions of {permission.object}: an SELinux context cannot be set on a local host"
    if os.geteuid() != 0 and not _may_give_to(permission.owner, permission.group):
        whose = " and ".join(filter(None, (permission.owner, permission.group)))
        yield f"permissions of {permission.object}: giving it to {whose} cannot be done without root"


def _may_give_to(owner: str | None, group: str | None) -> bool:
    """Whether anybody may set this owner and group on their own files: themselves, and a group they are in."""
    try:
        in_group = group is None or grp.getgrnam(group).gr_gid in (os.getegid(), *os.getgroups())
    except KeyError:
        in_group = False
    return in_group and (owner is None or is_me(owner))


def is_me(user: str) -> bool:
    """Whether a user's name is that of the user who runs this."""
    try:
        return pwd.getpwnam(user).pw_uid == os.geteuid()
    except KeyError:
        return False
