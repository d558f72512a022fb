#!/bin/sh
# boto3: `AWS_REGION` is not read, only `AWS_DEFAULT_REGION`; where both are set, the one that other SDKs don't read wins.
#
# One would guess: the variable that AWS's SDKs for Go, Java, JavaScript and Rust read, and that AWS itself sets in a Lambda
# function, names the region for the one for Python, too.
# What happens: with `AWS_REGION` alone a client is refused with NoRegionError; with both, boto3 speaks to another region than
# a program in Go in the same environment, without a word.
# With: boto3 1.44.5. Source: botocore/configprovider.py, `BOTOCORE_DEFAUT_SESSION_VARIABLES["region"]`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5
env -i PATH="$PATH" HOME="$folder" AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=example AWS_EC2_METADATA_DISABLED=true \
    "$folder/venv/bin/python" - <<'PYTHON'
import os

import boto3
from botocore.exceptions import NoRegionError


def find_host(**variables):
    os.environ.pop("AWS_REGION", None)
    os.environ.pop("AWS_DEFAULT_REGION", None)
    os.environ.update(variables)
    try:
        host = boto3.session.Session().client("kms").meta.endpoint_url
    except NoRegionError as error:
        host = type(error).__name__
    print(f"{variables}: {host}")
    return host


print("boto3", boto3.__version__)
assert find_host(AWS_DEFAULT_REGION="eu-west-1") == "https://kms.eu-west-1.amazonaws.com"
assert find_host(AWS_REGION="eu-west-1") == "NoRegionError", "changed: AWS_REGION is read"
both = find_host(AWS_REGION="eu-west-1", AWS_DEFAULT_REGION="us-east-2")
assert both == "https://kms.us-east-2.amazonaws.com", "changed: AWS_REGION wins"
print("as found: AWS_REGION says nothing to boto3")
PYTHON
