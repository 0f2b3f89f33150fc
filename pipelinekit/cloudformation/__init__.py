"""One CloudFormation template of all three wings."""
