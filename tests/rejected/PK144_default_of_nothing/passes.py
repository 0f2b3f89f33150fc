import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch=pk.Parameter("Branch"))
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)], parameters={"Branch": "main"})
