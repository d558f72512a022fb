"""The ConnectWise PSA side: role, permission set, API member, API key, and the proof that the key works."""
