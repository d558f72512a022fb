"""The control plane: companies, a person at the screens, the log, the weather."""
