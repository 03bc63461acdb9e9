"""The fast channel: datagrams between this server and its players, beside the reliable one. Nothing of it is resent."""
