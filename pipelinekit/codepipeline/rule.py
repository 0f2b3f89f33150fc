"""The rules that a condition is made of: one class for each rule type (User Guide, rule-reference)."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs
from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable, Project, environment, environment_json
from pipelinekit.codepipeline.action import Artifact, Key, artifacts, configuration_of, key, keys_of
from pipelinekit.codepipeline.condition import Rule as Rule
from pipelinekit.codepipeline.declaration import RuleTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.values import FrozenMap, Text, frozen_map, optional_text, text, text_map, texts

ALARM_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
OPERATORS = ("EQ", "NE", "CONTAINS", "MATCHES")


@frozen(kw_only=True)
class RuleType:
    """The facts of a rule type. ``inputs`` are (least, most); ``with_skip``: whether a condition may skip by it.

    ``bounds_confirmed``: whether the guide says how many inputs; else they are those of the action of that name.
    """

    id: RuleTypeId = field(kw_only=False)
    inputs: tuple[int, int] = (0, 0)
    with_skip: bool = False
    bounds_confirmed: bool = True
    keys: FrozenMap[Key] = field(factory=FrozenMap, converter=frozen_map)


def _project(given: Project | Text) -> Project | str:
    return given if isinstance(given, Project) else text(given)


@frozen(kw_only=True)
class CloudWatchAlarm(Rule):
    """An alarm is in one of the states that are wanted (User Guide, rule-reference-CloudWatchAlarm).

    ``states`` are of ALARM, OK, INSUFFICIENT_DATA; ``wait_minutes`` is how long a change of state is waited for.
    """

    type: ClassVar[RuleType] = RuleType(RuleTypeId("CloudWatchAlarm"))

    alarm: str = field(converter=text, metadata=key("AlarmName", required=True))
    states: tuple[str, ...] = field(default=(), converter=texts, metadata=key("AlarmStates", values=ALARM_STATES))
    wait_minutes: int | None = field(default=None, metadata=key("WaitTime"))


@frozen(kw_only=True)
class CodeBuild(Rule):
    """A build succeeds (User Guide, rule-reference-CodeBuild).

    ``project`` is a `Project`, or the name of one that exists. ``input`` is one artifact or several: the first is the
    primary source.
    """

    type: ClassVar[RuleType] = RuleType(
        RuleTypeId("CodeBuild"),
        inputs=(1, 5),
        keys=FrozenMap(
            {
                "ProjectName": Key("ProjectName", required=True),
                "PrimarySource": Key("PrimarySource"),
                "EnvironmentVariables": Key("EnvironmentVariables"),
            }
        ),
    )

    project: Project | str = field(converter=_project)
    input: tuple[Artifact, ...] = field(converter=artifacts)
    environment: tuple[EnvironmentVariable, ...] = field(default=(), converter=environment)
    batch: bool | None = field(default=None, metadata=key("BatchEnabled", values=TRUE_FALSE))
    combine_artifacts: bool | None = field(default=None, metadata=key("CombineArtifacts", values=TRUE_FALSE))

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads, the primary source first."""
        return self.input

    @property
    def described_project(self) -> Project | None:
        """Its project, where that is described here."""
        return self.project if isinstance(self.project, Project) else None

    def configuration(self) -> dict[str, str]:
        """Give the configuration as it stands on the wire."""
        project = self.project.name if isinstance(self.project, Project) else self.project
        configuration = {"ProjectName": project, **configuration_of(self)}
        if len(self.input) > 1:
            configuration["PrimarySource"] = self.input[0].name
        if self.environment:
            configuration["EnvironmentVariables"] = environment_json(self.environment)
        return configuration


@frozen(kw_only=True)
class Commands(Rule):
    """Shell commands all end with 0 (User Guide, rule-reference-Commands). They are single lines."""

    type: ClassVar[RuleType] = RuleType(RuleTypeId("Commands"), inputs=(1, 10))

    commands: tuple[str, ...] = field(converter=texts)
    input: tuple[Artifact, ...] = field(converter=artifacts)

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads, the primary source first."""
        return self.input

    @property
    def shell(self) -> tuple[str, ...]:
        """Its commands."""
        return self.commands


@frozen(kw_only=True)
class DeploymentWindow(Rule):
    """The time is inside a window (User Guide, rule-reference-DeploymentWindow).

    ``cron`` is Quartz's: seconds, minutes, hours, day of the month, month, day of the week, and a year if wanted, such
    as ``* * 9-17 ? * MON-FRI``. ``time_zone`` is ``Europe/Berlin``, ``UTC+02:00`` or an abbreviation; default UTC.
    """

    type: ClassVar[RuleType] = RuleType(RuleTypeId("DeploymentWindow"))

    cron: str = field(converter=text, metadata=key("Cron", required=True))
    time_zone: str | None = field(default=None, converter=optional_text, metadata=key("TimeZone"))


@frozen(kw_only=True)
class LambdaInvoke(Rule):
    """A function reports success (User Guide, rule-reference-LambdaInvoke)."""

    type: ClassVar[RuleType] = RuleType(
        RuleTypeId("LambdaInvoke"), inputs=(0, 5), with_skip=True, bounds_confirmed=False
    )

    function: str = field(converter=text, metadata=key("FunctionName", required=True))
    user_parameters: str | None = field(default=None, converter=optional_text, metadata=key("UserParameters"))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return self.input


@frozen(kw_only=True)
class VariableCheck(Rule):
    """A variable has a value (User Guide, rule-reference-VariableCheck).

    ``variable`` is the reference, such as ``checkout.branch_name``; ``MATCHES`` takes a regular expression of Java.
    """

    type: ClassVar[RuleType] = RuleType(RuleTypeId("VariableCheck"), with_skip=True)

    variable: str = field(converter=text, metadata=key("Variable", required=True))
    operator: Literal["EQ", "NE", "CONTAINS", "MATCHES"] = field(
        metadata=key("Operator", required=True, values=OPERATORS)
    )
    value: str = field(converter=text, metadata=key("Value", required=True))


@frozen(kw_only=True)
class CustomRule(Rule):
    """A rule of a type that has no class here; its configuration is left as it is given."""

    type: ClassVar[RuleType] = RuleType(RuleTypeId(""), inputs=(0, 10), with_skip=True)

    custom_type: RuleTypeId = field(alias="rule_type")
    settings: FrozenMap[str] = field(factory=FrozenMap, converter=text_map, alias="configuration")
    commands: tuple[str, ...] = field(default=(), converter=texts)
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    @property
    def rule_type_id(self) -> RuleTypeId:
        """The type that was given."""
        return self.custom_type

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return self.input

    @property
    def shell(self) -> tuple[str, ...]:
        """Its commands."""
        return self.commands

    def configuration(self) -> dict[str, str]:
        """Give the configuration as it was given."""
        return dict(self.settings)


RULE_TYPES: FrozenMap[RuleType] = FrozenMap(
    {
        cls.type.id.provider: attrs.evolve(cls.type, keys=FrozenMap({**cls.type.keys, **keys_of(cls)}))
        for cls in (CloudWatchAlarm, CodeBuild, Commands, DeploymentWindow, LambdaInvoke, VariableCheck)
    }
)
"""Provider -> the facts of the rule type, with the keys of its class."""
