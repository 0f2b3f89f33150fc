import pipelinekit as pk

image = pk.source.ECR("Image", repository="shop", tag="latest")
definitions = pk.build.CodeBuild(
    "Definitions",
    input=image.output,
    buildspec=pk.BuildSpec(
        build=["jq '[{name: \"web\", imageUri: .ImageURI}]' imageDetail.json > imagedefinitions.json"],
        artifacts=["imagedefinitions.json"],
    ),
)
release = pk.deploy.ECS("Release", input=definitions.output, cluster="shop", service="web")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", image), pk.Stage("Build", definitions), pk.Stage("Deploy", release)])
