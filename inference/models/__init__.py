"""Language models that hear, in process. Everything here needs torch and transformers."""
