"""What runs in the process of a Lambda function: its runtime, and the answers to its calls to AWS."""
