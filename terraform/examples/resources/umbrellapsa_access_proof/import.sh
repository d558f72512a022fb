# By the company: a proof is about whatever key is current.
terraform import umbrellapsa_access_proof.example 'acme@na.myconnectwise.net?key_id=311&public_key=QTrxlBW7zZrtAMoG&role_id=4522'
