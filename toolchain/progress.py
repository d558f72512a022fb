"""Plain lines, the same with and without a terminal."""


def print_once(line: str) -> None:
    """One line of progress, at once, also into a pipe."""
    print(f"set-up: {line}", flush=True)
