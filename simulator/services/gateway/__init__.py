"""The console gateways: the contract for the steps that have no public API."""
