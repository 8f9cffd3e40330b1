"""What things cost, as JSON lines: `./run bench [name]`."""
