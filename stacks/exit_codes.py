"""Exit codes."""

CLEAN = 0
ERROR = 1
USAGE = 2
DRIFT = 7  # or a step that waits for a person
INTERRUPTED = 8
