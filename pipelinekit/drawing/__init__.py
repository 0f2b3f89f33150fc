"""Pictures of definitions and executions."""
