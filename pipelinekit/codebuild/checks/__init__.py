"""What is wrong with a project and its buildspec (PK6xx).

Each check is a generator over one value; ``locate`` gives the location of a part of it.
"""

from __future__ import annotations

from pipelinekit.codebuild.checks.buildspec import check_buildspec, texts_of
from pipelinekit.codebuild.checks.project import check_project, check_projects
from pipelinekit.codebuild.checks.secrets import check_secret
from pipelinekit.codebuild.checks.text import check_buildspec_text

__all__ = ["check_buildspec", "check_buildspec_text", "check_project", "check_projects", "check_secret", "texts_of"]
