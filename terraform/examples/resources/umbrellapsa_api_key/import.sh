# By the key's id, with its public half and its day. A key that the vault has stays as it is; any other is renewed in place.
terraform import umbrellapsa_api_key.example '311?public_key=QTrxlBW7zZrtAMoG&minted_on=2026-11-30&member_id=187'
