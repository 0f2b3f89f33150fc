"""What AWS's documents leave open about pipelines, as named assumptions; each is used in exactly one place.

A fact learnt later is a change of one line here.
"""

FIRST_STAGE_HAS_THE_SAME_SLOT = True
"""A start that waits in front of the first stage is superseded by a newer one, as in front of any other stage."""

CANCELLATION_ENDS_APPROVALS = True
"""An update cancels live executions "after in-progress actions end"; nothing runs in a manual approval, so it ends at
once instead of holding its stage for up to seven days."""

LOST_JOBS_COUNT_NO_RETRY = True
"""A job that is made again because its engine died keeps the execution's attempt: nobody asked for a retry."""

EXCLUDES_ALONE_INCLUDE_ALL = True
"""A filter that only excludes takes everything else; the guide shows no such filter."""
