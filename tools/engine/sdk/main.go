// Generates the package for a language from the schema, with the generators of Pulumi's own language hosts:
//
//	sdk LANGUAGE SCHEMA FOLDER (add|gen-sdk)
//
// The hosts are not needed, nor is an engine. `add` stands for `pulumi package add` and `pulumi install`, `gen-sdk` for
// `pulumi package gen-sdk`: they differ in what they say of versions and in the paths of Go packages.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "tools/engine/sdk"

func main() {
	if len(os.Args) != 5 {
		fail(fmt.Errorf("usage: sdk LANGUAGE SCHEMA FOLDER (add|gen-sdk)"))
	}
	language, file, folder, command := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	pkg, err := read(file)
	fail(err)
	pkg.SupportPack = command == "add"
	files, err := generate(language, pkg)
	fail(err)
	for name, text := range files {
		path := filepath.Join(folder, name)
		fail(os.MkdirAll(filepath.Dir(path), 0o755))
		fail(os.WriteFile(path, text, 0o644))
	}
}

// Our schema refers to no other package: there is nothing to load.
type noLoader struct{ schema.ReferenceLoader }

func read(file string) (*schema.Package, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, noLoader{}, schema.ValidationOptions{AllowDanglingReferences: true})
	if err == nil && diagnostics.HasErrors() {
		err = diagnostics
	}
	return pkg, err
}

func generate(language string, pkg *schema.Package) (map[string][]byte, error) {
	switch language {
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	case "python":
		return python.GeneratePackage(tool, pkg, nil, noLoader{})
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, true, noLoader{})
	}
	return nil, fmt.Errorf("Pulumi's modules have no generator for %s", language)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
