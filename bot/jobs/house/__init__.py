"""What the whole house has: room, speed, a queue of so many, and when who comes next."""
