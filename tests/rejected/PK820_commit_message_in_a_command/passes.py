import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
announce = pk.build.Commands(
    "Announce",
    input=checkout.output,
    commands=['./announce.sh "$MESSAGE"'],
    environment={"MESSAGE": checkout.commit_message},
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", announce)])
