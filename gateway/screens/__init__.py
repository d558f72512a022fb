"""What the consoles' screens look like, as data: one YAML file per console, and its schema."""
