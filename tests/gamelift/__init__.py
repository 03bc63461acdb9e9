"""Tests of the GameLift API: real boto3 against servers that run."""
