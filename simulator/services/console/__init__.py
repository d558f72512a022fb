"""The consoles' screens, for a person or a browser: ConnectWise's security roles and API keys, Umbrella's PSA page."""
