"""What AWS's documents leave open about pipelines, as named assumptions; each is used in exactly one place.

A fact learnt later is a change of one line here. ``docs/assumptions.md`` lists them for users.
"""

# Moving between stages

FIRST_STAGE_HAS_THE_SAME_SLOT = True
"""A start that waits in front of the first stage is superseded by a newer one, as in front of any other stage."""

WAITING_EXECUTIONS_COUNT = True
"""Of the 50 executions that a QUEUED or PARALLEL pipeline may have, those that wait in front of a stage are some."""

INBOUND_DAYS = 30
"""An execution waits that long in front of a stage whose transition is disabled; the guide says that it does not go on
when the transition is enabled later. Counted from when both are so: it waits, and the transition is disabled."""

INBOUND_EXPIRES_AS_CANCELLED = True
"""What becomes of an execution that waited too long is not said; here it ends as Cancelled, rather than to wait for
something that cannot come."""

PARALLEL_ACTIONS = 5
"""How many actions of one execution of a PARALLEL pipeline run at a time; the others of a run order wait their turn."""

PARALLEL_KEEPS_ENDED = 10
"""How many failed and stopped executions of a PARALLEL pipeline can still be retried: the newest. Where nothing enters
"the stage" before another, nothing else ends that time."""

# Conditions

CONDITION_FAILURES_REACH_ON_FAILURE = False
"""A stage that failed by its own beforeEntry or onSuccess condition is not retried or rolled back by its onFailure."""

ON_FAILURE_MET_BY_FAILURE = frozenset({"LambdaInvoke"})
"""Rules of an onFailure condition that are met when they fail: a function's error is what one looks for. The others are
met when they succeed: the alarm is in ALARM, the variable's check holds, the build and the commands end well."""

ROLLED_BACK_EXECUTION_FAILS = True
"""An execution whose onSuccess condition rolled its stage back goes no further: the stage stays Succeeded, and the
execution ends as Failed rather than as Succeeded."""

RULE_TIMEOUT_MINUTES = 60
"""How long a rule may take when it does not say: as the action types that AWS does not name."""

DEPLOYMENT_WINDOW_WAITS = True
"""A DeploymentWindow rule waits for the window to open, until it times out, instead of failing at once."""

MATCHES_THE_WHOLE_VALUE = True
"""A VariableCheck with MATCHES compares the whole of the variable, as Java's ``matches`` does."""

ENTRY_ALARM_WAITS_FOR_GOOD = True
"""A CloudWatchAlarm rule of beforeEntry succeeds as soon as the alarm is not in ALARM, within WaitTime; one of
onSuccess watches for WaitTime, and fails as soon as it is in ALARM; one of onFailure looks once and is met by ALARM."""

CHANGED_STAGES_CANNOT_BE_OVERRIDDEN = True
"""A stage that failed by its condition and was changed since is refused as a retry of it is, with the error
ConditionNotOverridableException: the condition that would be overridden is no longer the pipeline's."""

# Retrying and rolling back

DEFAULT_RETRY_MODE = "FAILED_ACTIONS"
"""What onFailure with RETRY does when it has no retryMode."""

AUTOMATIC_RETRIES = 1
"""How often onFailure retries a stage by itself; a manual retry does not start the count again."""

UNMET_STAGES_CAN_BE_RETRIED = False
"""A stage that failed by its condition alone has no failed action, and nothing to retry; its condition can be
overridden."""

ROLLBACKS_ARE_UNCONDITIONAL = True
"""A rollback execution runs the actions of its stage alone: no condition is evaluated, and nothing is retried or rolled
back by itself."""

ROLLBACKS_IGNORE_TRANSITIONS = True
"""A rollback enters its stage at once, before those that wait in front of it, though the transition be disabled."""

SKIPPED_STAGES_ARE_NO_TARGETS = True
"""A stage that was skipped cannot be rolled back: read as that no execution is gone back to that skipped the stage."""

# Updates and lost engines

CANCELLATION_ENDS_APPROVALS = True
"""An update cancels live executions "after in-progress actions end"; nothing runs in a manual approval, nor while a
deployment window is closed, so these end at once instead of holding their stage for up to seven days."""

LOST_JOBS_COUNT_NO_RETRY = True
"""A job that is made again because its engine died keeps the execution's attempt: nobody asked for a retry."""

EXCLUDES_ALONE_INCLUDE_ALL = True
"""A filter that only excludes takes everything else; the guide shows no such filter."""

MISSING_ARTIFACTS_FAIL_THEIR_READER = True
"""An action whose input artifact was never made, as the stage of its maker was skipped, fails when it starts."""

UNDECLARED_VARIABLES_ARE_REFUSED = True
"""A start that gives a value to a variable which the pipeline does not declare is refused."""
