"""The Pulumi program. Classes live in `providers`, never here: one defined here would be pickled into the state."""

from stacks.program import deploy

deploy()
