# By the console. `written_key` is the public half that we wrote: without it the integration is somebody else's.
terraform import umbrellapsa_psa_integration.example 'msp/1234567?key_id=311&public_key=QTrxlBW7zZrtAMoG&written_key=QTrxlBW7zZrtAMoG&member_id=187'
