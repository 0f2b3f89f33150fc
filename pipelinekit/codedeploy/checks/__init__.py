"""What is wrong with an AppSpec, and with a deployment group (PK7xx).

Each check is a generator over one value; ``locate`` gives the location of a part of it.
"""

from __future__ import annotations

from pipelinekit.codedeploy.checks.appspec import check_appspec
from pipelinekit.codedeploy.checks.group import check_group, check_groups, check_neighbours, check_traffic

__all__ = ["check_appspec", "check_group", "check_groups", "check_neighbours", "check_traffic"]
