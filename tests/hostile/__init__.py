"""Scripts that mean harm, each in a real sandbox: none gets through."""
