"""The systems, one file each. `docs/architecture.md` says how to add one."""
