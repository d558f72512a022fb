"""The consoles: a session at each, and the operations on its screens: read, change what differs, save, read back."""
