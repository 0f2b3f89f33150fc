import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
token = pk.EnvironmentVariable(name="TOKEN", value="shop/token", type="SECRETS_MANAGER")
project = pk.Project("shop-unit", buildspec=pk.BuildSpec(build=["make test"]), environment=[token])
unit = pk.test.CodeBuild("Unit", input=checkout.output, project=project)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
