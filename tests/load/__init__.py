"""The benchmarks: what the server costs, beside the same work done directly against the upstream."""
