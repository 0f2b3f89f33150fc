"""The sections of a buildspec that are kept as they are written: reports, batch and cache (User Guide, build-spec-ref).

They are plain data, of whatever type somebody wrote; a value of another type than is wanted counts as missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelinekit.codebuild.limits import (
    BATCH_KINDS,
    CACHE_ACTIONS,
    FALLBACK_KEYS_MAX,
    IDENTIFIER_MAX,
    IDENTIFIER_PATTERN,
    REPORT_FORMATS,
    REPORT_GROUPS_MAX,
)
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Severity, did_you_mean
from pipelinekit.values import is_settled, problem_with


def check_sections(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what is wrong with the reports, the batch and the cache of a buildspec."""
    yield from _reports(spec.sections.get("reports"), locate)
    yield from _batch(spec.sections.get("batch"), locate)
    yield from _cache(spec.sections.get("cache"), locate)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    return () if value is None else (value,)


def _reports(reports: Any, locate: Locate) -> Iterator[Diagnostic]:
    groups = _mapping(reports)
    for name, report in groups.items():
        given = _mapping(report)
        if not _list(given.get("files")):
            yield found(
                "PK627",
                locate(f"reports.{name}"),
                f"the report {name!r} takes no files",
                'write "files": ["build/reports/*.xml"] in it',
            )
        kind = given.get("file-format")
        if isinstance(kind, str) and is_settled(kind) and kind.upper() not in REPORT_FORMATS:
            yield found(
                "PK620",
                locate(f"reports.{name}.file-format"),
                f"there is no format {kind!r} of reports",
                did_you_mean(kind, REPORT_FORMATS) or f"it is one of {', '.join(REPORT_FORMATS)}",
            )
    if len(groups) > REPORT_GROUPS_MAX:
        yield found(
            "PK628",
            locate("reports"),
            f"has {len(groups)} report groups, where CodeBuild allows a project {REPORT_GROUPS_MAX}",
            "put reports of the same format into one group",
        )


def _batch(batch: Any, locate: Locate) -> Iterator[Diagnostic]:
    given = _mapping(batch)
    if batch is None:
        return
    kinds = [kind for kind in BATCH_KINDS if kind in given]
    if len(kinds) != 1:
        yield found(
            "PK629",
            locate("batch"),
            f"is {' and '.join(kinds)} at once" if kinds else "says nothing of what is built",
            f"keep one of {', '.join(BATCH_KINDS)}",
        )
    fanout = given.get("build-fanout")
    if fanout is not None and not _is_positive(_mapping(fanout).get("parallelism")):
        yield found(
            "PK629",
            locate("batch.build-fanout"),
            "does not say how many builds: parallelism is no whole number above zero",
            'write "parallelism": 4',
        )
    for kind in ("build-list", "build-graph"):
        if kind in given:
            yield from _builds(kind, [_mapping(build) for build in _list(given[kind])], locate)


def _is_positive(value: Any) -> bool:
    if isinstance(value, int):
        return value > 0
    return re.fullmatch(r"0*[1-9][0-9]{0,8}", str(value)) is not None


def _builds(kind: str, builds: Sequence[Mapping[str, Any]], locate: Locate) -> Iterator[Diagnostic]:
    seen: list[str] = []
    names = [str(build.get("identifier", "")) for build in builds]
    for number, (name, build) in enumerate(zip(names, builds, strict=True)):
        where = locate(f"batch.{kind}[{number}]")
        problem = "is missing" if not name else problem_with(name, IDENTIFIER_PATTERN, IDENTIFIER_MAX)
        if problem is not None:
            yield found(
                "PK645",
                where,
                f"the identifier {name!r} {problem}" if name else "the build has no identifier",
                "name it with letters, digits and _",
            )
        elif name in seen:
            yield found("PK645", where, f"there are two builds {name!r}", f"name one of them {name}_2")
        seen.append(name)
        for before in map(str, _list(build.get("depend-on"))):
            if before not in names:
                yield found(
                    "PK646",
                    where,
                    f"depends on {before!r}, which is no build of this batch",
                    did_you_mean(before, names) or f"the builds are {', '.join(names)}",
                )
            elif before == name:
                yield found("PK646", where, "depends on itself", "leave depend-on out")
            elif before not in seen:
                yield found(
                    "PK646",
                    where,
                    f"depends on {before!r}, which stands after it",
                    "write each build after those that it depends on: CodeBuild has refused others",
                    Severity.WARNING,
                )


def _cache(cache: Any, locate: Locate) -> Iterator[Diagnostic]:
    given = _mapping(cache)
    if cache is None:
        return
    action = given.get("action")
    if isinstance(action, str) and is_settled(action) and action not in CACHE_ACTIONS:
        yield found(
            "PK648",
            locate("cache.action"),
            f"there is no action {action!r} of a cache",
            did_you_mean(action, CACHE_ACTIONS) or f"write {' or '.join(CACHE_ACTIONS)}, or leave it out for both",
        )
    key = given.get("key")
    if isinstance(key, str) and key and is_settled(key) and "$" not in key and "`" not in key and action != "restore":
        yield found(
            "PK665",
            locate("cache.key"),
            f"the key {key!r} is always the same, so that the cache is written once and stays as it was",
            f'write "key": "{key}-$(codebuild-hash-files LOCKFILE)", or leave the key out: then each build writes it',
        )
    fallbacks = _list(given.get("fallback-keys"))
    if len(fallbacks) > FALLBACK_KEYS_MAX:
        yield found(
            "PK648",
            locate("cache.fallback-keys"),
            f"has {len(fallbacks)} fallback keys, where CodeBuild allows {FALLBACK_KEYS_MAX}",
            "keep those that are likely to be there",
        )
    if fallbacks and not given.get("key"):
        yield found(
            "PK649",
            locate("cache.fallback-keys"),
            "are not used: there is no key that they could stand in for",
            'write "key": "npm-$(codebuild-hash-files package-lock.json)" beside them',
        )
