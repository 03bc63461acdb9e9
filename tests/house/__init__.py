"""The whole house: real servers, real sandboxes, real clients, as their users have them."""
