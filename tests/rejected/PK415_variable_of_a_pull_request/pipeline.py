import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
unit = pk.test.CodeBuild(
    "Unit",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["make test"]),
    environment={"CHANGE": checkout.pull_request_id},
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
