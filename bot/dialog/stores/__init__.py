"""What is kept of people and their conversations, in the database."""
