"""Ids that look like CodeDeploy's own, derived instead of drawn: the same job always has the same deployment."""

from __future__ import annotations

import hashlib
import string
import uuid

_NAMESPACE = uuid.UUID("0b0d7a53-3a52-5c4f-8f5e-6f1f0c3c9d7a")
_LETTERS = string.digits + string.ascii_uppercase


def deployment_id(job: str) -> str:
    """Give the deployment id of a job: ``d-`` and nine letters or digits, such as ``d-75I7MBT7C``."""
    number = int.from_bytes(hashlib.sha256(job.encode()).digest()[:8], "big")
    letters = []
    for _ in range(9):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "d-" + "".join(letters)


def deployment_group_id(application: str, group: str) -> str:
    """Give the id of a deployment group, a GUID; groups of the same name in two applications are different groups."""
    return str(uuid.uuid5(_NAMESPACE, f"{application}/{group}"))
