"""`__provider` as it stands in people's stacks: the pickled path of each provider class.

These bytes are never changed here. When a test against them fails, a class has moved or has learnt an attribute, and
every stack that was ever made would lose it: leave an importable name under the old path instead.
"""

PROVIDERS = {
    "SecurityRole": (
        "gASVQgAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBRTZWN1cml0eVJvbGVQcm92aWRlcpSTlCmBlC4="
    ),
    "PermissionSet": (
        "gASVQwAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBVQZXJtaXNzaW9uU2V0UHJvdmlkZXKUk5QpgZQu"
    ),
    "ApiMember": (
        "gASVPwAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBFBcGlNZW1iZXJQcm92aWRlcpSTlCmBlC4="
    ),
    "ApiKey": ("gASVPAAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjA5BcGlLZXlQcm92aWRlcpSTlCmBlC4="),
    "VaultSecret": (
        "gASVQQAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBNWYXVsdFNlY3JldFByb3ZpZGVylJOUKYGULg=="
    ),
    "AccessProof": (
        "gASVQQAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBNBY2Nlc3NQcm9vZlByb3ZpZGVylJOUKYGULg=="
    ),
    "PsaIntegration": (
        "gASVRAAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBZQc2FJbnRlZ3JhdGlvblByb3ZpZGVylJOUKYGULg=="
    ),
    "KeyRetirement": (
        "gASVQwAAAAAAAACMInByb3ZpZGVycy5lbmdpbmVzLnB1bHVtaS5yZXNvdXJjZXOUjBVLZXlSZXRpcmVtZW50UHJvdmlkZXKUk5QpgZQu"
    ),
}
