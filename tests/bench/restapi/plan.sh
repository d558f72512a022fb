#!/bin/sh
# plan.sh ENGINE...: plan main.tf with `tofu` or `terraform`, for the tenant that the variables BENCH_… name.
#
# A tenant is imported into a state of its own the first time; ends with 0 where nothing is to be changed.
set -eu
cd "$(dirname "$0")"
state="${TMPDIR:-/tmp}/restapi-$BENCH_COMPANY-$BENCH_ROLE_ID.tfstate"
pair=$(printf '%s+%s:%s' "$BENCH_COMPANY" "$BENCH_PUBLIC_KEY" "$BENCH_PRIVATE_KEY" | base64 -w 0)
export TF_VAR_site="$BENCH_SITE" TF_VAR_authorization="Basic $pair" TF_VAR_client_id="$BENCH_CLIENT_ID"
export TF_VAR_role_id="$BENCH_ROLE_ID" TF_VAR_member_id="$BENCH_MEMBER_ID" CHECKPOINT_DISABLE=1
if ! [ -f "$state" ]; then
    "$@" import -state="$state" restapi_object.role "/system/securityRoles/$BENCH_ROLE_ID"
    "$@" import -state="$state" restapi_object.member "/system/apiMembers/$BENCH_MEMBER_ID"
fi
exec "$@" plan -state="$state" -detailed-exitcode -no-color
