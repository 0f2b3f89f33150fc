"""Where an artifact would lie in the artifact store of AWS: the location that a build and a function are told."""

from __future__ import annotations

import functools
import hashlib
import re

from attrs import frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.jobs import Job

ACCOUNT = "000000000000"
"""The account of everything that runs here."""

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@frozen
class Location:
    """An object of the artifact store (API: S3ArtifactLocation)."""

    bucket: str
    key: str


def location(definition: Definition, job: Job, artifact: str, region: str) -> Location:
    """Give the location of an artifact of the job's execution: the same for everybody who asks.

    Key as AWS has it: the pipeline's name cut to 20 characters, the artifact's cut to 10, and 7 characters that are
    random there, and follow from the execution and the artifact here.
    """
    key = f"{job.pipeline[:20]}/{artifact[:10]}/{_scrambled(f'{job.execution}/{artifact}')}.zip"
    return Location(_bucket(definition, region), key)


def _bucket(definition: Definition, region: str) -> str:
    """Give the bucket of the store; what is only known at AWS gets a name as the console would give."""
    store = definition.pipeline.artifact_stores.get(region) or definition.pipeline.artifact_store
    if store is not None and _BUCKET.fullmatch(store.location):
        return store.location
    return f"codepipeline-{region}-{ACCOUNT}"


@functools.lru_cache(maxsize=256)
def _scrambled(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    letters = []
    for _ in range(7):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(letters)
