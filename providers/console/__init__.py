"""The steps that have no public API: the gateway's contract and the drivers that carry them out."""
