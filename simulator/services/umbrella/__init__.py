"""Cisco Umbrella: its API v2 and a console's PSA integration."""
