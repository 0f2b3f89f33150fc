import pipelinekit as pk

image = pk.source.ECR("Image", repository="shop", tag="latest")
release = pk.deploy.ECS("Release", input=image.output, cluster="shop", service="web")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", image), pk.Stage("Deploy", release)])
