# Templates of captions and names, in /settings.
settings-caption = Caption: { $now }
settings-name = Name: { $now }
settings-no-caption = no caption
settings-how-caption = What stands under a result.
settings-how-name = What a result's file is called.
settings-how-type-caption = ✏️ Write what shall stand under each result. These words are filled in: {"{"}name{"}"}, {"{"}size{"}"}, {"{"}before{"}"} (its size before), {"{"}length{"}"}, {"{"}format{"}"}.
settings-how-type-name = ✏️ Write what each result shall be called, with {"{"}name{"}"} for the name of your file. For example: {"{"}name{"}"} (converted)
settings-no-word = I don't know “{ $word }”.
