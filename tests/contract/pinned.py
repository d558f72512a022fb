"""`__provider` as it stands in people's stacks: the pickled path of each provider class.

These bytes are never changed here. When a test against them fails, a class has moved or has learnt an attribute, and
every stack that was ever made would lose it: leave an importable name under the old path instead.
"""

PROVIDERS = {
    "SecurityRole": (
        "gASVQwAAAAAAAACMI3Byb3ZpZGVycy5jb25uZWN0d2lzZS5zZWN1cml0eV9yb2xllIwUU2VjdXJpdHlSb2xlUHJvdmlkZXKUk5QpgZQu"
    ),
    "PermissionSet": (
        "gASVRQAAAAAAAACMJHByb3ZpZGVycy5jb25uZWN0d2lzZS5wZXJtaXNzaW9uX3NldJSMFVBlcm1pc3Npb25TZXRQcm92aWRlcpSTlCmBlC4="
    ),
    "ApiMember": ("gASVPQAAAAAAAACMIHByb3ZpZGVycy5jb25uZWN0d2lzZS5hcGlfbWVtYmVylIwRQXBpTWVtYmVyUHJvdmlkZXKUk5QpgZQu"),
    "ApiKey": "gASVNwAAAAAAAACMHXByb3ZpZGVycy5jb25uZWN0d2lzZS5hcGlfa2V5lIwOQXBpS2V5UHJvdmlkZXKUk5QpgZQu",
    "VaultSecret": "gASVNQAAAAAAAACMFnByb3ZpZGVycy52YXVsdC5zZWNyZXSUjBNWYXVsdFNlY3JldFByb3ZpZGVylJOUKYGULg==",
    "AccessProof": (
        "gASVQQAAAAAAAACMInByb3ZpZGVycy5jb25uZWN0d2lzZS5hY2Nlc3NfcHJvb2aUjBNBY2Nlc3NQcm9vZlByb3ZpZGVylJOUKYGULg=="
    ),
    "KeyRetirement": (
        "gASVRQAAAAAAAACMJHByb3ZpZGVycy5jb25uZWN0d2lzZS5rZXlfcmV0aXJlbWVudJSMFUtleVJldGlyZW1lbnRQcm92aWRlcpSTlCmBlC4="
    ),
    "PsaIntegration": (
        "gASVRAAAAAAAAACMInByb3ZpZGVycy51bWJyZWxsYS5wc2FfaW50ZWdyYXRpb26UjBZQc2FJbnRlZ3JhdGlvblByb3ZpZGVylJOUKYGULg=="
    ),
}
