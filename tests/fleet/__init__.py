"""Many tenants at once, with the real engine and the simulator."""
