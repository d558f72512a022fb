"""The policies of docs/vaults/hashicorp.md, for the tests' own paths."""

LEAST = {"secret/data/umbrella/+": ["create", "update"], "secret/metadata/umbrella/+": ["read", "patch"]}
UNLABELLED = {"secret/data/umbrella/+": ["create", "update"], "secret/metadata/umbrella/+": ["read"]}
WRITE_ONLY = {"secret/data/umbrella/+": ["create", "update"]}
DESTROY = {"secret/delete/umbrella/+": ["update"]}
