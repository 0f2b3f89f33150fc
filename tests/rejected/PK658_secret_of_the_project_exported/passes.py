import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
project = pk.Project(
    "shop-test",
    environment=[pk.EnvironmentVariable(name="TOKEN", value="shop/token", type="SECRETS_MANAGER")],
    buildspec=pk.BuildSpec(build=["make test"]),
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, project=project)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
