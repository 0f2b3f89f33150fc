import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
stack = pk.deploy.CloudFormation(
    "Stack",
    action_mode="CREATE_UPDATE",
    stack_name="shop",
    template=checkout.output.at("template.yml"),
    stack_role="arn:aws:iam::444455556666:role/stack",
    role="arn:aws:iam::444455556666:role/deploy",
)

pipeline = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Deploy", stack)],
    role="arn:aws:iam::111122223333:role/pipeline",
    artifact_store=pk.ArtifactStore("shop-artifacts", encryption_key="alias/shop"),
)
