"""Which scripts there are and which version of each counts: versions, store, rollout, watched folder."""
