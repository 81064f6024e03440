"""What is seen in a chat and changes in place: cards, statuses, buttons."""
