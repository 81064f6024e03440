"""What came: recognised, probed and read, by its own bytes and by the tools in the sandbox."""
