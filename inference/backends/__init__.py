"""How models are asked. A module defines `load(options)`, which returns a `Backend`."""
