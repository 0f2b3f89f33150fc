import pipelinekit as pk

connection = pk.Parameter("ConnectionArn")
checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection=connection)
release = pk.source.CodeConnections("Release", repository="acme/shop", branch="release", connection=connection)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", [checkout, release]), pk.Stage("Build", unit)])
