"""The product at work on one simulated tenant, step by step."""
