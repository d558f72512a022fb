"""Many tenants from several machines: the same jobs, handed out by a Temporal server (docs/fleet.md)."""
