# By the site's id of the role. It counts as somebody else's, and is kept on destroy …
terraform import umbrellapsa_security_role.example 4522

# … unless it is told to be ours.
terraform import umbrellapsa_security_role.example '4522?adopted=false'
