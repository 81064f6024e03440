# Results that are there already, and those that are sent on.
result-ready = ⚡ It was ready already: here it is at once · { $size }
button-share = ↗️ Share
