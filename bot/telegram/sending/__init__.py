"""What is sent into a chat: results, pictures, reactions, words."""
