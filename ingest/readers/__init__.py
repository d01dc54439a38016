"""Collections of corpora: one small module each, which defines READER."""
