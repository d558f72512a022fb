# By the site's id of the member. It counts as somebody else's, and is kept on destroy …
terraform import umbrellapsa_api_member.example 187

# … unless it is told to be ours.
terraform import umbrellapsa_api_member.example '187?adopted=false'
