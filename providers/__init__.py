"""Objects as state: what ConnectWise PSA and Cisco Umbrella hold, as resources of an engine."""

import os

# pydantic would look through every installed package for plugins, 10 ms a process, and a plugin would see each secret.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
