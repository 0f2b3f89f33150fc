"""What is wrong with a project and its buildspec (PK6xx).

Each check is a generator over one value; ``locate`` gives the location of a part of it.
"""

from __future__ import annotations

from pipelinekit.codebuild.checks.buildspec import check_buildspec, commands_of, for_windows, texts_of
from pipelinekit.codebuild.checks.habits import git_in, is_read_unset
from pipelinekit.codebuild.checks.project import check_project, check_projects, check_use
from pipelinekit.codebuild.checks.secrets import check_likely_secret, check_secret
from pipelinekit.codebuild.checks.text import check_buildspec_text

__all__ = [
    "check_buildspec",
    "check_buildspec_text",
    "check_likely_secret",
    "check_project",
    "check_projects",
    "check_secret",
    "check_use",
    "commands_of",
    "for_windows",
    "git_in",
    "is_read_unset",
    "texts_of",
]
