import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main", outputs=["Code", "Docs"])
unit = pk.test.CodeBuild("Unit", input=checkout.artifact("Code"), buildspec=pk.BuildSpec(build=["make test"]))

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
