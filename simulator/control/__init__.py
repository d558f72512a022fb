"""The control plane: companies, the admin API, the screens' modes, the request log, latency, limits and faults."""
