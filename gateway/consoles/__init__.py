"""The operations on the consoles' screens: read first, change what differs, save, read back."""
