import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
lint = pk.build.Commands("Lint", input=checkout.output, commands=["make lint"])

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Lint", lint)], pipeline_type="V1")
