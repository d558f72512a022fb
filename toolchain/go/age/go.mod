// The age command, which opens the files that the tests encrypt.
module umbrella-psa/toolchain/go/age

go 1.26.0

tool filippo.io/age/cmd/age

require filippo.io/age v1.2.1

require (
	filippo.io/edwards25519 v1.1.0 // indirect
	golang.org/x/crypto v0.24.0 // indirect
	golang.org/x/sys v0.21.0 // indirect
	golang.org/x/term v0.21.0 // indirect
)
