import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

tests = [
    pk.test.CodeBuild(f"Test{n}", input=checkout.output, buildspec=pk.BuildSpec(build=[f"make test{n}"]))
    for n in range(100)
]

pipeline = pk.Pipeline(
    "shop", [pk.Stage("Source", checkout), pk.Stage("Test", tests[:50]), pk.Stage("MoreTests", tests[50:])]
)
