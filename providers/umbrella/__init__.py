"""The sink: an Umbrella console's PSA integration."""
