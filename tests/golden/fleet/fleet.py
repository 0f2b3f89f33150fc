"""A fleet of workers: released to one group after the other, with an AppSpec that the pipeline itself brings."""

import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="fleet", branch="main", poll_for_source_changes=False)
lint = pk.build.Commands("Lint", commands=["ruff check .", "mypy ."], input=checkout.output, environment={"CI": 1})
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(
        install=pk.Phase(["pip install build"], runtime_versions={"python": "3.12"}),
        build=[
            'set -e\nfor part in api worker; do\n  python -m build "$part"\ndone',
            "cp -r scripts dist/",
            "echo '3.10' > VERSION",
        ],
        artifacts=pk.Artifacts(["*.whl", "scripts/*"], base_directory="dist"),
        exported_variables=["VERSION"],
    ),
)

appspec = pk.AppSpec.server(
    files={"/": "/srv/fleet"},
    hooks={"ApplicationStart": pk.Hook("scripts/start.sh", timeout=60, runas="root"), "ValidateService": "scripts/ok"},
    file_exists_behavior="OVERWRITE",
)
most = pk.DeploymentConfig("KeepThreeQuarters", type="FLEET_PERCENT", value=75)
canary = pk.DeploymentGroup("workers", application="fleet-canary", tags={"role": "canary"})
workers = pk.DeploymentGroup("workers", application="fleet", tags={"role": "worker"}, config=most)

watch = pk.CustomAction(
    "Watch",
    action_type=pk.ActionTypeId("Test", "Custom", "Watcher", "2"),
    configuration={"Version": package.variable("VERSION")},
)
first = pk.deploy.CodeDeploy("First", input=package.output, group=canary, appspec=appspec)
rest = pk.deploy.CodeDeploy("Rest", input=package.output, group=workers, appspec=appspec)

fleet = pk.Pipeline(
    "fleet",
    [pk.Stage("Source", checkout), pk.Stage("Build", [lint, package]), pk.Stage("Live", first >> watch >> rest)],
    role="arn:aws:iam::111122223333:role/fleet",
    artifact_store=pk.ArtifactStore("fleet-artifacts", encryption_key="alias/fleet"),
    execution_mode="QUEUED",
)
