"""The console gateway: docs/gateway-contract.md over HTTP, carried out on the consoles' own screens in a browser.

Off unless somebody starts it with a configuration; docs/gateway.md says what no vendor promises.
"""
