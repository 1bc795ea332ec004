"""Benchmarks: the workloads of Shoal's targets against a real Shoal on real sockets. `python -m bench --help`."""
