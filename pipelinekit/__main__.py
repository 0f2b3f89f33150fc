"""``python -m pipelinekit``."""

from pipelinekit.cli import main

if __name__ == "__main__":
    main()
