"""What holds for every test."""

from bot.telegram.lazy_models import import_aiogram

# As the program does it, and before a test imports aiogram by itself: seconds for each process.
import_aiogram()
