"""What an escaped script could try, tried."""
