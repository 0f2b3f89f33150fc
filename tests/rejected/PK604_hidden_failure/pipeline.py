import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

buildspec = pk.BuildSpec(
    build=[
        """
        make test
        make report
        """
    ]
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=buildspec)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
