"""What `umbrella-psa` can do; a file a verb. None of it is loaded by `pulumi`."""
