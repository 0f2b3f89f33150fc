"""One CloudFormation template of all three wings, and the IAM policies that follow from a pipeline's actions."""
