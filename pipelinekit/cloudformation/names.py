"""Which property is the name of a resource, and what gives it back (Template Reference, "Return values" of each type).

Only names that a person gives are known before a stack is deployed; everything else that a resource returns is not.
"""

from __future__ import annotations

from pipelinekit.cloudformation.sections import APPLICATION, DEPLOYMENT_CONFIG, DEPLOYMENT_GROUP, PIPELINE, PROJECT

_DESCRIBED = {
    PIPELINE: "Name",
    PROJECT: "Name",
    APPLICATION: "ApplicationName",
    DEPLOYMENT_GROUP: "DeploymentGroupName",
    DEPLOYMENT_CONFIG: "DeploymentConfigName",
}

_RETURNED = {
    **{(kind, "Ref"): name for kind, name in _DESCRIBED.items()},
    ("AWS::S3::Bucket", "Ref"): "BucketName",
    ("AWS::IAM::Role", "Ref"): "RoleName",
    ("AWS::Lambda::Function", "Ref"): "FunctionName",
    ("AWS::ECR::Repository", "Ref"): "RepositoryName",
    ("AWS::ECS::Cluster", "Ref"): "ClusterName",
    ("AWS::ECS::Service", "Name"): "ServiceName",
    ("AWS::CodeCommit::Repository", "Name"): "RepositoryName",
    ("AWS::ElasticBeanstalk::Application", "Ref"): "ApplicationName",
    ("AWS::ElasticBeanstalk::Environment", "Ref"): "EnvironmentName",
    ("AWS::KMS::Alias", "Ref"): "AliasName",
    ("AWS::SSM::Parameter", "Ref"): "Name",
    ("AWS::SSM::Parameter", "Value"): "Value",
}


def name_property(kind: str, returned: str) -> str | None:
    """Give the property that ``Ref`` or an attribute of a type of resource gives back; None when AWS makes it up."""
    return _RETURNED.get((kind, returned))


def described_here(kind: str) -> bool:
    """Whether a resource of this type becomes a part of the definition, and so is known without a name of its own."""
    return kind in _DESCRIBED
