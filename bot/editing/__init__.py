"""Drafts of what staff write, as commits; no HTTP, no database.

HOME is the folder whose content is live: a git repository with `config.yml`, `nlu/`, `stories/` and
`tests/nlu/`. DRAFT is a clone of it. `workshop.Workshop` is the one door: it reads topics and files
of the draft, saves changes as commits with their author, tells what differs from HOME, brings what
was edited at HOME by hand into the draft, and publishes by moving HOME forward to the draft.

Everything is synchronous and may be called from several threads and processes at once: readers
share a lock file beside the draft, writers hold it alone. A commit is made before the files change,
so a crash leaves either the whole change or nothing of it.

- `workshop.py`, `reader.py`: what can be done, and what can be asked.
- `records.py`: what is given and got: `Topic`, `TopicChange`, `FieldProblem`, `Change`, ...
- `refusals.py`: why something was not done: `Conflict`, `ConflictWithFiles`, `TooLarge`, ...
"""
