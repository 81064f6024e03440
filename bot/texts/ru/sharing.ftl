# Results that are there already, and those that are sent on.
result-ready = ⚡ Уже было готово, поэтому сразу · { $size }
button-share = ↗️ Поделиться
