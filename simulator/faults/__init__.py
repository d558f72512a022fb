"""Fault injection: which requests are slowed, limited, held or broken, and how."""
