"""The Pulumi program. Classes live in `providers`, never here: one defined here would be pickled into the state."""

import gc

gc.disable()  # the program lives for a second; a collection during its imports costs a third of them (make bench)

from stacks.program import deploy  # noqa: E402

deploy()
