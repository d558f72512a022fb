#!/bin/sh
# opentelemetry-sdk: whoever imports it imports psutil too, if that happens to be installed.
#
# One would guess: a package that is not among its requirements costs nothing until somebody imports it.
# What happens: `opentelemetry.sdk.resources` tries the import at its top. `import pulumi` leads there, so every Python process
# of the engine pays for psutil (8 to 10 ms of CPU here) from the day on that anybody installs it.
# With: opentelemetry-sdk 1.45.2, psutil 7.2.2, pulumi 3.255.0. Source: opentelemetry/sdk/resources/__init__.py, `psutil_module`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pulumi==3.255.0 opentelemetry-sdk==1.45.2
look='import sys, pulumi; print("psutil" in sys.modules)'
test "$("$folder/venv/bin/python" -I -c "$look")" = False
grep -qi '^Requires-Dist: psutil' "$folder"/venv/lib/python3*/site-packages/opentelemetry_sdk-*.dist-info/METADATA && exit 1
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check psutil==7.2.2
if test "$("$folder/venv/bin/python" -I -c "$look")" = True; then
    echo "opentelemetry-sdk 1.45.2: import pulumi has imported psutil, which nobody asked for"
else
    echo "changed: psutil is not imported any more" >&2
    exit 1
fi
