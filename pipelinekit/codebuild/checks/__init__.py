"""What is wrong with a buildspec or a project."""
