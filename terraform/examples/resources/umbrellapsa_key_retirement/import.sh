# By whose keys are meant: the tag's owner, as it stands in the key's description behind `psa:`.
terraform import umbrellapsa_key_retirement.example '3f9a0c1d7e55?member_id=187&key_id=311&public_key=QTrxlBW7zZrtAMoG'
