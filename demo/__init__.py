"""The product at work on one simulated tenant, told step by step."""
