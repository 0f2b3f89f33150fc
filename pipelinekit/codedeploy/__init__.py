"""CodeDeploy: appspecs, deployment groups, and how a deployment goes over its hosts."""
