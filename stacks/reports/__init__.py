"""What a run over many tenants found, for terminals, scripts, CI and people."""
