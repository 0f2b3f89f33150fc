"""What is wrong with an appspec or a deployment group."""
