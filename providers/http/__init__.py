"""Vendor-free HTTP: pooled, bounded in time and size, retried only where safe, redacted.

`transport.Transport` sends a `message.Request` and returns a `message.Response`; the policies it follows are small
objects, a file each. Nothing is imported here, and `requests` not before the first request: the Pulumi program checks
URLs and sends nothing.
"""
