// Reads manifests from standard input and holds those of the Prometheus operator to its own types: a field that they do not have, or of another type, is an error.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func() any{
	"ServiceMonitor": func() any { return &monitoring.ServiceMonitor{} },
	"PodMonitor":     func() any { return &monitoring.PodMonitor{} },
	"PrometheusRule": func() any { return &monitoring.PrometheusRule{} },
}

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	checked, failed := 0, false
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var about struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
		}
		if err := yaml.Unmarshal(document, &about); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if about.APIVersion != monitoring.SchemeGroupVersion.String() {
			continue
		}
		kind, known := kinds[about.Kind]
		if !known {
			fmt.Fprintf(os.Stderr, "%s: no such kind\n", about.Kind)
			failed = true
			continue
		}
		checked++
		if err := yaml.UnmarshalStrict(document, kind()); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", about.Kind, err)
			failed = true
		}
	}
	fmt.Printf("checked %d\n", checked)
	if failed {
		os.Exit(1)
	}
}
