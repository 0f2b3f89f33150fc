"""Actions of AWS's partners, of which the User Guide knows little more than the name."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import FrozenMap, optional_text, text, text_map

_LIST = "actions-valid-providers"


def _partner(
    type_id: str,
    *,
    timeout_minutes: int = 60,
    inputs: tuple[int, int] = (0, 5),
    outputs: tuple[int, int] = (0, 5),
    page: str = _LIST,
    retired: str = "",
) -> ActionType:
    category, owner, provider = type_id.split("/")
    return ActionType(
        ActionTypeId(category, owner, provider),
        inputs=inputs,
        outputs=outputs,
        timeout_minutes=timeout_minutes,
        variables=None,
        page=page,
        confirmed=False,
        retired=retired,
    )


@frozen(kw_only=True)
class PartnerAction(ReadingAction):
    """An action of a partner, which the User Guide lists by name only (actions-valid-providers).

    Any ``configuration`` is taken as it is given, since nobody but the partner says which keys there are; ask
    ``aws codepipeline list-action-types`` in an account that has the partner's action. It also tells how the provider
    is spelt and which version there is: ``provider`` and ``version``, where they are not those assumed here. Its output
    artifacts are those that ``outputs=`` names.
    """

    type: ClassVar[ActionType]

    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)
    settings: FrozenMap[str] = field(factory=FrozenMap, converter=text_map, alias="configuration", repr=False)
    provider: str | None = field(default=None, converter=optional_text)
    version: str = field(default="1", converter=text)

    @property
    def action_type_id(self) -> ActionTypeId:
        """The type, with the provider and the version that were given."""
        known = self.type.id
        return ActionTypeId(known.category, known.owner, self.provider or known.provider, self.version)

    def configuration(self) -> dict[str, str]:
        """Give the configuration as it was given."""
        return dict(self.settings)


class CloudBees(PartnerAction):
    """A build by CloudBees. Unconfirmed: any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Build/Custom/CloudBees", timeout_minutes=1440)


class TeamCity(PartnerAction):
    """A build by TeamCity. Unconfirmed: any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Build/Custom/TeamCity", timeout_minutes=1440)


class Solano(PartnerAction):
    """A build by Solano CI, which the User Guide no longer lists. Any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner(
        "Build/ThirdParty/Solano", page="", retired="the User Guide no longer lists Solano CI"
    )


class BlazeMeter(PartnerAction):
    """A load test by BlazeMeter. Unconfirmed: any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Test/Custom/BlazeMeter", timeout_minutes=1440)


class GhostInspector(PartnerAction):
    """A browser test by Ghost Inspector. Unconfirmed: any configuration goes; see `PartnerAction`.

    Pipelines in the open write ``provider="ghostinspector"``, with the keys TestId, ClientId and ClientToken.
    """

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Test/ThirdParty/GhostInspector", timeout_minutes=480)


class StormRunnerLoad(PartnerAction):
    """A load test by Micro Focus StormRunner Load. Unconfirmed: any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Test/ThirdParty/StormRunnerLoad", timeout_minutes=480)


class Nouvola(PartnerAction):
    """A load test by Nouvola. Unconfirmed: any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Test/ThirdParty/Nouvola", timeout_minutes=480)


class Runscope(PartnerAction):
    """An API test by Runscope. Unconfirmed: any configuration goes; see `PartnerAction`.

    Pipelines in the open write ``provider="runscope"``, with the keys Bucket, TestId, ClientId and ClientToken.
    """

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Test/ThirdParty/Runscope", timeout_minutes=480)


class XebiaLabs(PartnerAction):
    """A deployment by XebiaLabs. Unconfirmed: any configuration goes; see `PartnerAction`."""

    __slots__ = ()
    type: ClassVar[ActionType] = _partner("Deploy/Custom/XebiaLabs", timeout_minutes=1440)


class Snyk(PartnerAction):
    """A scan for vulnerable dependencies by Snyk (User Guide of 2023, action-reference-Snyk).

    It reads one artifact and makes one. Unconfirmed: any configuration goes; its keys
    are set in Snyk's own console. See `PartnerAction`.
    """

    __slots__ = ()
    type: ClassVar[ActionType] = _partner(
        "Invoke/ThirdParty/Snyk", inputs=(1, 1), outputs=(1, 1), page="action-reference-Snyk"
    )

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One, named after the action."""
        return (self.default_output,)
