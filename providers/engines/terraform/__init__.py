"""The same service as a provider of Terraform and OpenTofu: plugin protocol 6, one resource for all kinds.

`python -m providers.engines.terraform` is the provider's process; an engine starts it, never a person. Nothing here
and nothing that it imports knows Pulumi.
"""
