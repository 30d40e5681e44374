"""The core: messages, one turn, language, ports. Standard library and PyYAML only."""
