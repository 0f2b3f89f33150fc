"""What AWS leaves open about builds: one named assumption each, so that a better answer is one changed line.

Nothing else in this wing decides a question of this kind. Each entry says what is known and from where.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class Assumptions:
    """How a build behaves where no source says so; `ASSUMED` holds what is assumed."""

    continue_leaves_build_failed: bool = True
    """A phase that failed with ``on-failure: CONTINUE`` still fails the build. Users report both (bbc/gel-grid#77);
    the phase record itself is FAILED, and a build with a failed phase is FAILED everywhere else."""

    abort_skips_upload: bool = True
    """``on-failure: ABORT`` of build and post_build leads past UPLOAD_ARTIFACTS. Documented only: the build stops."""

    retry_scope: Literal["phase", "build"] = "phase"
    """What ``on-failure: RETRY`` repeats. The guide says "retry the build" about a key of a phase."""

    failing_finally_stops_the_rest: bool = True
    """A failing command of ``finally`` ends the list, as one of ``commands`` does."""

    finally_sees_failure: bool = False
    """``CODEBUILD_BUILD_SUCCEEDING`` already is 0 in the ``finally`` of the phase that fails; documented only for
    later phases, so its value stays that of the start of the phase."""

    unset_exported_variable_is_empty: bool = True
    """An exported variable that no command set comes out as an empty text, and is not left out."""

    globs_expand_variables: bool = True
    """``$NAME`` in the globs of ``files`` and ``exclude-paths`` is replaced. Documented for ``base-directory`` only;
    buildspecs of AWS rely on it (aws/amazon-ecs-agent, buildspecs/pr-build.yml)."""

    directory_name_takes_its_files: bool = False
    """A bare directory in ``files`` (``dist``) means all that is in it. Documented are only globs of files."""

    links_are_followed: bool = True
    """Without ``enable-symlinks`` a link to a file becomes the file, and a link to a directory is left out."""


ASSUMED = Assumptions()
