"""TLS as the roof sees it: where certificates come from, and when they change."""
