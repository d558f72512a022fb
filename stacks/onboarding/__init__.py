"""From nothing to a tenant's stack: what `python -m stacks new` asks, tries and writes."""
