"""One file a process: builds its parts, runs it, stops it."""
