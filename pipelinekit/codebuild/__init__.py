"""CodeBuild: buildspecs and projects, and how a build goes through its phases."""
