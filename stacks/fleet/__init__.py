"""Many tenants from one machine."""
