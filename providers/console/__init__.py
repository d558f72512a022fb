"""The steps that have no public API: the gateway's contract and the hands that carry them out."""
