"""FlexMatch: rule sets and the search for matches. Pure: time and chance are arguments, no I/O."""
