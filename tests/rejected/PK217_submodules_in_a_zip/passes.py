import pipelinekit as pk

connection = pk.Parameter("ConnectionArn")
checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection=connection)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", unit)])
files_of_sources = {"Checkout": ["Makefile"]}
