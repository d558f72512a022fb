"""The Pulumi program. Classes live in `providers`, never here: one defined here would be pickled into the state."""

import atexit
import gc

gc.disable()  # the program lives for a second; a collection during its imports costs a third of them (make bench)
atexit.register(gc.freeze)  # and so does the last one, at its end

from stacks.program import deploy  # noqa: E402

deploy()
