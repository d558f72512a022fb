"""What stops a set-up."""


class SetupError(Exception):
    """One sentence: what is missing, and what to do about it."""
