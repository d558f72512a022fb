"""The gateway over HTTP: docs/gateway-contract.md."""
