"""Pulumi's dynamic providers: adapter, declared resources, watchdog, diagnostics."""
