import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
image = pk.source.ECR("Image", repository="shop")
release = pk.CustomAction(
    "Release",
    action_type=pk.ActionTypeId("Deploy", "AWS", "CodeDeployToECS"),
    input=[checkout.output, image.output],
    configuration={
        "ApplicationName": "shop",
        "DeploymentGroupName": "web",
        "TaskDefinitionTemplateArtifact": "CheckoutOutput",
        "AppSpecTemplateArtifact": "CheckoutOutput",
        "Image4ArtifactName": "ImageOutput",
        "Image4ContainerName": "IMAGE4_NAME",
    },
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", [checkout, image]), pk.Stage("Deploy", release)])
