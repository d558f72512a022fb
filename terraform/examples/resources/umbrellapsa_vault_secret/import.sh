# By its place. `umbrella-psa terraform import-blocks` writes what else a row of Pulumi's knows of it.
terraform import umbrellapsa_vault_secret.example 'vault://secret/umbrella/acme?key_id=311&public_key=QTrxlBW7zZrtAMoG&minted_on=2026-11-30'
