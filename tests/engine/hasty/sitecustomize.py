"""Python imports this by itself where the folder is on its path; only what serves the providers is hurried."""

import sys

if {"pulumi.dynamic", "stacks.fleet.warm_process"} & set(sys.orig_argv):
    from tests.contract.hasty import hurry

    hurry()
