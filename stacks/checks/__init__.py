"""What can be known of a tenant without changing anything: what `umbrella-psa check` asks and reports."""
