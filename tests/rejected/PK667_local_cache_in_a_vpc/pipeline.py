import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
project = pk.Project(
    "shop-test",
    buildspec=pk.BuildSpec(build=["make test"]),
    more={
        "vpcConfig": {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
        "cache": {"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]},
    },
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, project=project)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
