import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

wait = [pk.Stage(f"Wait{n}", pk.approval.Manual(f"Wait{n}")) for n in range(49)]

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), *wait])
