"""What is deployed, and for whom."""
