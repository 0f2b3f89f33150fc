import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

tests = [
    pk.test.CodeBuild(f"Test{n}", input=checkout.output, buildspec=pk.BuildSpec(build=[f"make test{n}"]))
    for n in range(999)
]
stages = [pk.Stage(f"Test{n}", tests[n : n + 50]) for n in range(0, 999, 50)]

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), *stages])
