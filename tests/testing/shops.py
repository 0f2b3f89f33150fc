"""The shop that tests of the test kit simulate."""

from __future__ import annotations

import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["pytest -q"]))
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*"], exported_variables=["VERSION"]),
)
go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')} ({checkout.commit_id})?")
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"}, config=pk.HALF_AT_A_TIME)
release = pk.deploy.CodeDeploy("Release", input=package.output, group=web)
production = pk.Stage("Production", go_live >> release)
shop = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", [unit, package]), production])
frozen = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Build", [unit, package]), production],
    transitions=[pk.Transition(into=production, enabled=False, reason="Change freeze")],
)
