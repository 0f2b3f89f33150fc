"""CloudFormation's spelling of what the services' own APIs take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_AS_IT_IS = ("configuration",)
"""Members whose keys are not AWS's to spell."""


_SETS = ("files", "outputVariables", "includes", "excludes", "events")
"""Members that are lists without duplicates there; the API takes them with."""


def capitalised(data: Any) -> Any:
    """Give plain data with its members in CloudFormation's spelling, ``roleArn`` as ``RoleArn``, however deep."""
    match data:
        case Mapping():
            return {_capital(key): _member(key, value) for key, value in data.items()}
        case list():
            return [capitalised(value) for value in data]
    return data


def _member(key: str, value: Any) -> Any:
    if key in _AS_IT_IS:
        return dict(value)
    return list(dict.fromkeys(value)) if key in _SETS else capitalised(value)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def pipeline_properties(pipeline: Mapping[str, Any]) -> dict[str, Any]:
    """Give the properties of a pipeline from the API's declaration of it (CloudFormation: AWS::CodePipeline::Pipeline).

    The Regions' artifact stores are a list there. A rule has no timeout of its own, so it is left out.
    """
    properties: dict[str, Any] = capitalised({k: v for k, v in pipeline.items() if k != "artifactStores"})
    stores = pipeline.get("artifactStores")
    if stores:
        listed = [{"Region": region, "ArtifactStore": capitalised(store)} for region, store in stores.items()]
        properties = {**{k: properties.pop(k) for k in ("Name", "RoleArn")}, "ArtifactStores": listed, **properties}
    for rule in rules_of(properties):
        rule.pop("TimeoutInMinutes", None)
    return properties


def actions_of(properties: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every action of a pipeline's properties."""
    for stage in properties.get("Stages", ()):
        yield from stage.get("Actions", ())


def rules_of(properties: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every rule of a pipeline's properties."""
    for stage in properties.get("Stages", ()):
        for hook in ("BeforeEntry", "OnSuccess", "OnFailure"):
            for condition in stage.get(hook, {}).get("Conditions", ()):
                yield from condition.get("Rules", ())


def project_properties(project: Mapping[str, Any]) -> dict[str, Any]:
    """Give the properties of a project from the input of CreateProject (CloudFormation: AWS::CodeBuild::Project)."""
    properties: dict[str, Any] = capitalised(project)
    source = properties["Source"]
    if "Buildspec" in source:
        source["BuildSpec"] = source.pop("Buildspec")
    return properties
