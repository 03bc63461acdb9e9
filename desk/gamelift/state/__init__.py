"""What the GameLift API remembers: tables, their migrations, and the database that holds them."""
