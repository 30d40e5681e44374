"""Everything that `make check` looks at. Each check is a function from the content to problems."""
