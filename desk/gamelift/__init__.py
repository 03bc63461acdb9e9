"""The GameLift API: what a game's back end asks of Amazon GameLift, asked of this server, by the AWS SDKs unchanged."""
