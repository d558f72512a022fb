"""The key in a vault: what is kept, how it is watched, and one file per kind of vault. Nothing is imported here."""
