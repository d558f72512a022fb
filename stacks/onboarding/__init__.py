"""From nothing to a tenant's stack: what `umbrella-psa new` asks, tries and writes."""
