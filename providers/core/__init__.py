"""What all resources share. Knows no vendor; only `engine.py` and `resource.py` know Pulumi."""
