"""What can be known of a tenant without changing anything: what `python -m stacks check` asks and reports."""
