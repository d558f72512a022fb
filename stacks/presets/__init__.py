"""What integrations need in ConnectWise PSA, one file a vendor, as their own pages say it."""
