# By the role's id.
terraform import umbrellapsa_permission_set.example 4522
